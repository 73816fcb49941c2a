"""The figures of what a study is read by when nobody chooses a model: each by the one routed to.

    python -m benchmarks.routed out/second-reader out/second-reader-flair --data data/lgg

Patients are taken from what `crossvalidate` wrote of either model, by what is in their slices, with
the confidences that they have there. It carries out no network and changes nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from seg_core.cli.evaluate_patients import print_evaluation
from seg_core.evaluation.measure import MeasuredPatient
from seg_core.evaluation.report import Evaluation, evaluate_patients
from seg_core.evaluation.stored import StoredEvaluation, read_evaluation
from seg_core.models.card import InputKind
from seg_core.models.routing import input_kind
from seg_core.readers import find_studies


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("colour", type=Path, help="judged: the model of three channels that differ")
    parser.add_argument("grey", type=Path, help="judged: the model of one grey channel")
    parser.add_argument("--data", type=Path, action="append", required=True)
    args = parser.parse_args(argv)
    colour, grey = read_evaluation(args.colour), read_evaluation(args.grey)
    kinds = {
        source.name: input_kind(source.open())
        for root in args.data
        for source in find_studies(root)
    }
    patients = routed(colour, grey, kinds)
    print_evaluation(pooled(colour.evaluation, patients))
    read_by_grey = [one.patient for one in patients if kinds[one.patient] != "differing"]
    print(f"Read by the model of one channel: {', '.join(read_by_grey) or 'none'}.")


def routed(
    colour: StoredEvaluation, grey: StoredEvaluation, kinds: Mapping[str, InputKind]
) -> list[MeasuredPatient]:
    """Each patient as judged with the model for its kind of input.

    Raises SystemExit unless both were judged on the same patients, all of a known kind, with the
    sums that soft Dice is worked out from.
    """
    by_name = [{one.patient: one for one in judged.patients} for judged in (colour, grey)]
    if by_name[0].keys() != by_name[1].keys() or not by_name[0].keys() <= kinds.keys():
        raise SystemExit("expected the same patients in both folders, and in the data")
    found = [by_name[kinds[name] != "differing"][name] for name in sorted(by_name[0])]
    if not all(one.counts.pixels for one in found):
        raise SystemExit("expected sums of probabilities in slices.csv; cross-validate anew")
    return found


def pooled(like: Evaluation, patients: Sequence[MeasuredPatient]) -> Evaluation:
    """All figures of them, on the split and at the threshold of one of both evaluations."""
    return evaluate_patients(
        patients,
        subject="each study by the model that it is routed to",
        part=like.part,
        split_kind=like.split_kind,
        split_fingerprint=like.split_fingerprint,
        threshold=like.threshold,
    )


if __name__ == "__main__":
    main()
