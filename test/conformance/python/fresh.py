"""Whether a certificate still holds (PROTOCOL.md, "Certificates of origin"): by its age, and by what a newer one shows."""


def fresh(shown, newer, genesis, max_age, now):
    """The verdict. `shown` and `newer` are results of `verify`; newer is None if none is given. Times are in milliseconds."""
    own = _young(shown, genesis, max_age, now)
    if newer is None:
        return own
    if newer['code'] is not None or newer['verdicts']['final'] != 'yes' or newer['header'].height <= shown['header'].height:
        return 'unknown'
    out_totals = {h.index: h.out_total for h in newer['holdings']}
    departures = {}
    for r in newer['records']:
        if not r.definition:
            departures.setdefault(r.from_holding, []).append((r.start, r.start + r.amount))
    there = bool(shown['held'])
    for index, first, end in shown['held']:
        if any(low < end and first < high for low, high in departures.get(index, ())) or out_totals.get(index, 0) > first:
            return 'no'
        there = there and index in out_totals
    if not there:
        return own
    return 'yes' if max_age is None else _young(newer, genesis, max_age, now)


def _young(result, genesis, max_age, now):
    if max_age is None:
        return 'unknown'
    return 'yes' if now - genesis.time(result['header'].era) <= max_age else 'no'
