"""What half precision on disk costs a released network: its own file beside one with whole weights.

    python -m benchmarks.half_precision models/second-reader-flair/5 --data DIR --every 6

Both are carried out by OpenVINO in float32. `weights.keras` holds weights that half precision can
hold; on the way to `network.xml` the normalisations are multiplied into them, and the products are
rounded again. Prints the largest difference of a probability from Keras' for each file, then over
every so many patients the pixels in which the two masks differ, and the change of a patient's Dice.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from seg_core.frames import FittedFrame, make_frame
from seg_core.network.export import load_weights
from seg_core.network.silent_openvino import import_openvino
from seg_core.readers import find_studies
from seg_core.study import FLAIR, Study

HALF = 0.5


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="a released model's folder")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="of how many patients one is taken")
    args = parser.parse_args(argv)
    openvino = import_openvino()
    network = load_weights(args.model / "weights.keras")
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.xml"
        network.export(str(whole), format="openvino", verbose=False)
        files = {"half": args.model / "network.xml", "whole": whole}
        hint = {"INFERENCE_PRECISION_HINT": "f32"}
        compiled = {
            name: openvino.Core().compile_model(file, "CPU", hint) for name, file in files.items()
        }
    size, channels = network.input_shape[1], network.input_shape[-1]
    differ, drawn, changes = 0, 0, []
    for k, source in enumerate(find_studies(args.data)[:: args.every]):
        study = source.open()
        frame = make_frame("brain", size, channels).fit(_channels(study, channels))
        batch = frame.to_network(_channels(study, channels)).astype(np.float32)
        seen = {name: _seen(one, batch) for name, one in compiled.items()}
        if k == 0:
            keras = np.array(network.predict(batch, verbose=0))[..., 0]
            for name, probability in seen.items():
                print(f"{name}: {np.abs(probability - keras).max():.6f} from Keras", flush=True)
        half, whole_mask = (probability >= HALF for probability in seen.values())
        differ += int((half ^ whole_mask).sum())
        drawn += int(whole_mask.sum())
        changes.append(_dice(half, study, frame) - _dice(whole_mask, study, frame))
    print(f"{len(changes)} patients: {differ} of {drawn} pixels differ")
    print(f"Dice of a patient: {np.mean(changes):+.6f}, at most {np.abs(changes).max():.6f}")


def _channels(study: Study, channels: int) -> np.ndarray:
    return study.slices if channels > 1 else study.slices[..., FLAIR : FLAIR + 1]


def _seen(compiled: object, batch: np.ndarray) -> np.ndarray:
    return np.concatenate([compiled(one[None])[0] for one in batch])[..., 0]  # type: ignore[operator]


def _dice(mask: np.ndarray, study: Study, frame: FittedFrame) -> float:
    """In the network's square: what is compared is files, not models."""
    if study.truth is None:
        raise SystemExit(f"{study.name}: expected masks, found none")
    truth = frame.mask_to_network(study.truth)
    return 2 * float((mask & truth).sum()) / max(1.0, float(mask.sum() + truth.sum()))


if __name__ == "__main__":
    main()
