from pages.components.plain_text import plain


def test_markup_is_shown_and_not_carried_out() -> None:
    assert plain("a_b *c* :red[d] $x$") == r"a\_b \*c\* \:red\[d\] \$x\$"


def test_a_name_stays_on_one_line() -> None:
    assert plain("a\n# b\t c") == r"a \# b c"
