"""Which devices a process computes on, by the words of the queue."""

import os

import pytest

from seg_core.errors import RunError
from seg_core.training.device_choice import VISIBLE, gpu_words, use_devices


@pytest.mark.parametrize(
    ("environ", "words"),
    [({}, ["gpu:0"]), ({VISIBLE: "1"}, ["gpu:1"]), ({VISIBLE: "2,3"}, ["gpu:2", "gpu:3"])],
)
def test_a_process_holds_the_locks_of_all_gpus_that_it_may_see(environ, words):
    assert gpu_words(environ) == words


def test_several_gpus_are_used_only_when_somebody_named_them(monkeypatch):
    monkeypatch.delenv(VISIBLE, raising=False)

    use_devices(None)

    assert gpu_words(os.environ) == ["gpu:0"]


def test_what_the_queue_has_chosen_stays(monkeypatch):
    monkeypatch.setenv(VISIBLE, "2,3")

    use_devices(None)

    assert gpu_words(os.environ) == ["gpu:2", "gpu:3"]


def test_the_processor_hides_every_gpu(monkeypatch):
    monkeypatch.setenv(VISIBLE, "0")

    use_devices("cpu")

    assert os.environ[VISIBLE] == "-1"


def test_a_gpu_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(RunError, match=r"expected some of .*cpu, received gpu:97"):
        use_devices("gpu:97")
