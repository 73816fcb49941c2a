from xml.etree import ElementTree

from pages.components.network_drawing import described, lay_out, network_html, network_svg
from seg_core.network.settings import UnetSettings


def test_the_papers_network_has_its_maps_and_ways() -> None:
    drawing = lay_out(UnetSettings())

    kinds = [arrow.kind for arrow in drawing.arrows]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "convolution": 11,  # five down, the bottom, five up
        "down": 5,
        "copy": 5,
        "up": 5,
        "output": 1,
    }
    assert [side for _, _, side in drawing.sides] == [224, 112, 56, 28, 14, 7]
    assert max(slab.channels for slab in drawing.slabs) == 512


def test_more_convolutions_and_other_depths_are_drawn_as_set() -> None:
    drawing = lay_out(UnetSettings(size=64, depth=2, convolutions=3))

    assert [arrow.kind for arrow in drawing.arrows].count("convolution") == 3 * 5


def test_nothing_is_drawn_over_anything_else() -> None:
    for settings in (UnetSettings(), UnetSettings(size=128, depth=7), UnetSettings(convolutions=4)):
        slabs = lay_out(settings).slabs
        for i, a in enumerate(slabs):
            for b in slabs[:i]:
                apart = a.right <= b.x + 0.01 or b.right <= a.x + 0.01
                assert apart or a.y >= b.y + b.height or b.y >= a.y + a.height


def test_everything_lies_inside_the_picture() -> None:
    drawing = lay_out(UnetSettings())

    assert all(s.x >= 0 and s.right <= drawing.width for s in drawing.slabs)
    assert all(s.y >= 0 and s.bottom <= drawing.height for s in drawing.slabs)


def test_the_picture_is_well_formed() -> None:
    root = ElementTree.fromstring(network_svg(UnetSettings()))

    assert root.tag.endswith("svg")


def test_the_legend_says_what_the_settings_leave_out() -> None:
    plain = network_html(UnetSettings(dropout=0, normalisation="none"))

    assert "dropout" not in plain
    assert "3 × 3 convolution, ReLU" in plain
    assert "dropout 0.05" in network_html(UnetSettings())


def test_the_network_is_described_in_words() -> None:
    assert described(UnetSettings()) == (
        "U-Net of 5 levels and a bottom with 16, 32, 64, 128, 256, 512 filters, input 224 × 224 × 3"
    )
