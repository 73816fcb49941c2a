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

from seg_core.frames import make_frame
from seg_core.metrics import dice
from seg_core.models.registry import open_model
from seg_core.network.export import load_weights
from seg_core.network.silent_openvino import import_openvino
from seg_core.readers import find_studies


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="a released model's folder")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="of how many patients one is taken")
    args = parser.parse_args(argv)
    openvino = import_openvino()
    model = open_model(args.model)
    network = load_weights(model.folder / "weights.keras")
    compiled = {}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.xml"
        network.export(str(whole), format="openvino", verbose=False)
        for name, file in (("half", model.folder / "network.xml"), ("whole", whole)):
            print(f"{name}: {file.with_suffix('.bin').stat().st_size / 1e6:.1f} MB on disk")
            hint = {"INFERENCE_PRECISION_HINT": "f32"}
            compiled[name] = openvino.Core().compile_model(file, "CPU", hint)
    card = model.card
    differ, drawn, changes = 0, 0, []
    for k, source in enumerate(find_studies(args.data)[:: args.every]):
        study = source.open()
        frame = make_frame(card.frame.name, card.frame.size, len(card.channels)).fit(study.slices)
        batch = frame.to_network(study.slices).astype(np.float32)
        seen = {
            name: np.concatenate([one(picture[None])[0] for picture in batch])[..., 0]
            for name, one in compiled.items()
        }
        if k == 0:
            keras = np.array(network.predict(batch, verbose=0))[..., 0]
            for name, probability in seen.items():
                print(f"{name}: {np.abs(probability - keras).max():.6f} from Keras", flush=True)
        half, all_of_it = (probability >= card.pixel_threshold for probability in seen.values())
        differ += int((half ^ all_of_it).sum())
        drawn += int(all_of_it.sum())
        if study.truth is not None:
            # in the network's square: what is compared is files, not models
            truth = frame.mask_to_network(study.truth)
            changes.append((dice(half, truth) or 0.0) - (dice(all_of_it, truth) or 0.0))
    print(f"{len(changes)} patients with masks: {differ} of {drawn} pixels differ")
    print(f"Dice of a patient: {np.mean(changes):+.6f}, at most {np.abs(changes).max():.6f}")


if __name__ == "__main__":
    main()
