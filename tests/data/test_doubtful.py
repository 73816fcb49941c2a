"""The shipped list of images that contradict their class."""

from seg_core.data.doubtful import doubtful_images


def test_every_line_of_the_list_is_a_hash_a_name_and_what_is_seen():
    found = doubtful_images()

    assert len(found) == 9
    assert all(len(digest) == 64 and int(digest, 16) for digest in found)
    assert found["210135a8ffd3b0ea76519093f033998ed61bae9d4edcdaca4ba60b8bafd5ffe7"] == (
        "two enhancing masses"
    )
