import json

import pytest

from seg_core.data.described import (
    DESCRIPTION,
    GREY,
    LGG,
    NOT_STATED,
    describe_images,
    describe_patients,
    is_lgg,
)
from seg_core.errors import InputError

OF_LGG = {"TCGA_CS_4941_19960909", "TCGA_DU_A5TY_19970709"}
OURS = {"name": "Our gliomas", "source": "our hospital", "licence": "not to be passed on"}


@pytest.fixture
def own(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / DESCRIPTION).write_text(json.dumps(OURS))
    return folder


def test_the_lgg_set_is_known_by_its_patients_names(tmp_path):
    assert describe_patients([tmp_path], OF_LGG) == LGG
    assert is_lgg(OF_LGG)


def test_of_a_folder_that_says_nothing_nothing_is_claimed(tmp_path):
    described = describe_patients([tmp_path], {*OF_LGG, "patient_7"})

    assert described.name == f"folder {tmp_path.name}"
    assert (described.source, described.licence) == (NOT_STATED, NOT_STATED)
    assert not is_lgg({*OF_LGG, "patient_7"})
    assert not is_lgg(())


def test_a_folders_own_words_go_before_its_names(own):
    assert describe_patients([own], OF_LGG).model_dump() == OURS


def test_several_folders_are_named_together_each_once(own, tmp_path):
    described = describe_patients([own, tmp_path, own], OF_LGG)

    assert described.name == f"Our gliomas; {LGG.name}"
    assert described.licence == f"not to be passed on; {LGG.licence}"


@pytest.mark.parametrize("words", ["{", "[]", '{"name": ""}', '{"name": 7}'])
def test_a_description_that_is_none_is_refused_by_its_path(own, words):
    (own / DESCRIPTION).write_text(words)

    with pytest.raises(InputError, match=DESCRIPTION):
        describe_patients([own], OF_LGG)


def test_the_grey_set_is_known_by_its_images_names(tmp_path):
    named = {"notumor/Tr-no_0010.jpg", "notumor/Tr-noTr_0003.jpg", "pituitary/Te-pi_0101.jpg"}

    assert describe_images([tmp_path], named) == GREY
    assert describe_images([tmp_path], {*named, "notumor/scan.jpg"}).licence == NOT_STATED


def test_a_licence_may_be_spelt_either_way(own):
    (own / DESCRIPTION).write_text('{"name": "Ours", "license": "CC0"}')

    assert describe_patients([own], OF_LGG).licence == "CC0"
