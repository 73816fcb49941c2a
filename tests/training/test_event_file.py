"""Event files, read back by TensorFlow's own reader, which checks every checksum."""

import struct

from seg_core.training.event_file import EventFile, cut_after

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 896, 224) + bytes(range(256)) * 3
"""896 wide, 224 high; what follows the header is not looked at."""


def events(path):
    from tensorflow.compat.v1.train import summary_iterator

    return list(summary_iterator(str(path)))


def steps(path):
    return [event.step for event in events(path) if event.HasField("summary")]


def written(path, *epochs):
    file = EventFile(path, epochs[0])
    for epoch in epochs:
        file.append(epoch, {"loss": 1 / epoch}, {})
    file.close()
    return path


def test_scalars_and_pictures_come_back_as_they_were(tmp_path):
    file = EventFile(tmp_path / "f", 1)
    file.append(300, {"loss": 0.25, "f1": 1.0}, {"slice/1": PNG})
    file.close()

    version, start, epoch = events(tmp_path / "f")

    assert version.file_version == "brain.Event:2"
    assert (start.step, start.session_log.status) == (1, 1)
    loss, f1, picture = epoch.summary.value
    assert (epoch.step, loss.tag, loss.simple_value) == (300, "loss", 0.25)
    assert (f1.tag, f1.simple_value) == ("f1", 1.0)
    assert (picture.tag, picture.image.encoded_image_string) == ("slice/1", PNG)
    assert (picture.image.width, picture.image.height) == (896, 224)


def test_cutting_keeps_what_comes_before(tmp_path):
    path = written(tmp_path / "f", 1, 2, 200, 300)

    cut_after(path, 200)

    assert steps(path) == [1, 2, 200]


def test_cutting_drops_a_record_that_was_only_half_written(tmp_path):
    path = written(tmp_path / "f", 1, 2)
    path.write_bytes(path.read_bytes()[:-3])

    cut_after(path, 9)

    assert steps(path) == [1]


def test_a_file_cut_before_its_own_beginning_holds_no_step(tmp_path):
    path = written(tmp_path / "f", 5, 6)

    cut_after(path, 2)

    assert [event.file_version for event in events(path)] == ["brain.Event:2"]
