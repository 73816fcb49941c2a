"""What a run leaves for TensorBoard: every epoch once, however often it was trained."""

from seg_core.training.tensorboard import TensorBoardFolder
from tests.training.test_event_file import PNG, events


def train(folder, first, last, loss=1.0):
    board = TensorBoardFolder(folder, first)
    for epoch in range(first, last + 1):
        figures = {"loss": loss, "precision": None}
        board.epoch(epoch, {"train": figures, "validation": figures}, 1e-3, [])
    board.close()


def curve(folder, tag):
    values = [
        (event.step, round(value.simple_value, 4))
        for path in sorted(folder.iterdir())
        for event in events(path)
        for value in event.summary.value
        if value.tag == tag
    ]
    return dict(values), len(values)


def test_both_parts_have_their_curves_and_training_the_learning_rate(tmp_path):
    train(tmp_path, 1, 3)

    for part in ("train", "validation"):
        assert curve(tmp_path / part, "loss") == ({1: 1.0, 2: 1.0, 3: 1.0}, 3)
    assert curve(tmp_path / "train", "learning_rate") == ({1: 0.001, 2: 0.001, 3: 0.001}, 3)
    assert curve(tmp_path / "validation", "learning_rate") == ({}, 0)


def test_an_epoch_without_a_value_leaves_a_gap(tmp_path):
    train(tmp_path, 1, 1)

    assert curve(tmp_path / "train", "precision") == ({}, 0)


def test_epochs_trained_again_stand_there_once_with_their_newest_value(tmp_path):
    train(tmp_path, 1, 5, loss=1.0)
    train(tmp_path, 4, 6, loss=0.5)
    train(tmp_path, 2, 2, loss=0.25)

    assert curve(tmp_path / "validation", "loss") == ({1: 1.0, 2: 0.25}, 2)


def test_pictures_stand_beside_the_validation_curves(tmp_path):
    picture = tmp_path / "2.png"
    picture.write_bytes(PNG)
    board = TensorBoardFolder(tmp_path / "board", 1)
    board.epoch(1, {"train": {}, "validation": {}}, 1e-3, [picture])
    board.close()

    (path,) = (tmp_path / "board" / "validation").iterdir()
    (value,) = events(path)[-1].summary.value
    assert (value.tag, value.image.encoded_image_string) == ("slice/2", PNG)
