"""Notices of rights are taken off both ends of a text, and no sentence of the text is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.library.readers.text.abstract import apart
from assistant.library.readers.text.rights_notices import Parted, parted

NOTICES = (
    "© 2019 Elsevier B.V. All rights reserved.",
    "Copyright © 2020 The Authors. Published by Elsevier Ltd. All rights reserved.",
    "© 2022 Elsevier B.V.",
    "© 2018 S. Karger AG, Basel.",
    "2019 The Authors. Published by Elsevier Inc.",
    "© 2020 The Authors. Journal of Burrows published by John Wiley & Sons, Ltd on behalf of the Burrow Society.",
    "© Author(s) (or their employer(s)) 2020. Re-use permitted under CC BY-NC. No commercial re-use. See rights and permissions. Published by BMJ.",
    "© 2013 Smith et al. This is an open-access article distributed under the terms of the Creative Commons Attribution License, "
    "which permits unrestricted use, distribution, and reproduction in any medium, provided the original author and source are credited.",
    "© 2021, The Author(s), under exclusive licence to Springer Nature Switzerland AG.",
    "© 2019 by the authors. Licensee MDPI, Basel, Switzerland. This article is an open access article distributed under the terms and "
    "conditions of the Creative Commons Attribution (CC BY) license (http://creativecommons.org/licenses/by/4.0/).",
    "Copyright (c) 2016 by the American Society of Burrows.",
    "© 2019 Elsevier España, S.L.U. Todos los derechos reservados.",
    "(C) 1999 Academic Press.",
    "© 2008 IEEE.",
    "Copyright: © 2020 Roe et al. This is an open access article.",
    "© 2022 IEEE. Personal use of this material is permitted. Permission from IEEE must be obtained for all other uses.",
    "© 2023 The Authors. This article is a U.S. Government work and is in the public domain in the USA.",
)  # fmt: skip
SENTENCES = (
    "Moles dig 20 metres a day.",
    "We registered the marks ® and ™ and © in 340 pictures.",
    "This article is distributed widely among 30 readers.",
    "Published by Elsevier were 340 of them.",
    "Copyright 2001 rules were kept by 12 authors in Spain.",
    "The code is published under the MIT license.",
    "All rights reserved for tenants were listed.",
    "Groups were (a), (b) and (c) 2019 was dry.",
    "An open access article was read by 12 people.",
    "We count what stands under the sign © 2001.",
    "OBJECTIVE: To see what is licensed under the law.",
    "In 2019, Spain published 4 laws.",
)
_TEXTS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map(" ".join)


@given(st.sampled_from(["", *NOTICES]), _TEXTS, st.sampled_from(["", *NOTICES]))
def test_notices_come_off_both_ends_and_the_text_stays_whole(before: str, text: str, behind: str) -> None:
    assert parted(f"{before} {text} {behind}".strip()) == Parted(text, before, behind)


@given(_TEXTS, st.sampled_from(NOTICES), _TEXTS)
def test_a_notice_inside_a_text_stays(begin: str, notice: str, end: str) -> None:
    text = f"{begin} {notice} {end}"
    assert parted(text) == Parted(text)


@given(_TEXTS)
def test_a_text_without_a_notice_stays_as_it_is(text: str) -> None:
    assert apart(text).text == text


@pytest.mark.parametrize("notice", NOTICES)
def test_what_is_nothing_but_a_notice_stays_whole(notice: str) -> None:
    assert parted(notice) == Parted(notice)


@pytest.mark.parametrize(
    ("field", "text", "rights"),
    [
        (
            "© 2022 Elsevier B.V. Objective: To see. © 2022 Elsevier B.V., All rights reserved.",
            "Objective: To see.",
            "© 2022 Elsevier B.V. © 2022 Elsevier B.V., All rights reserved.",
        ),
        ("© 2019 Burrow Press. Abstract: Moles dig.", "Moles dig.", "© 2019 Burrow Press."),
        ("Moles dig © 2018 Elsevier B.V.", "Moles dig", "© 2018 Elsevier B.V."),
        ("Moles dig (c) 2011 Elsevier Inc. All rights reserved.", "Moles dig", "(c) 2011 Elsevier Inc. All rights reserved."),
        ("Moles dig.© 2018 IEEE", "Moles dig.", "© 2018 IEEE"),
        ("© 2018 IEEE. Moles dig. © 2018 IEEE.", "Moles dig.", "© 2018 IEEE."),
        ("© 2018 A Press. All rights reserved Moles dig.", "Moles dig.", "© 2018 A Press. All rights reserved"),
        ("Moles dig. This article is protected by copyright. All rights reserved.", "Moles dig.", "This article is protected by copyright. All rights reserved."),
    ],
)  # fmt: skip
def test_notices_of_abstracts(field: str, text: str, rights: str) -> None:
    assert (apart(field).text, apart(field).rights) == (text, rights)


def test_the_conditions_behind_a_notice_go_with_it() -> None:
    notice = (
        "Copyright of Journal of Burrows is the property of Mole Press and its content may not be copied or emailed to multiple "
        "sites without the copyright holder's express written permission. However, users may print, download, or email articles "
        "for individual use. This abstract may be abridged. No warranty is given about the accuracy of the copy. "
        "(Copyright applies to all Abstracts.)"
    )
    assert apart(f"Moles dig. [ABSTRACT FROM AUTHOR] {notice}").text == "Moles dig."
