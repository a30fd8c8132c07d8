"""The walk of a question over the records and holdings of a certificate (PROTOCOL.md, "Traces" and "Certificates of origin")."""
from bisect import bisect_right

from canonical import Malformed
from chain import MINT, RETIRED

MOST_WAITING = 1_000
MOST_MOVES = 10_000
MOST_HOPS = 250_000


class Stuck(Exception):
    """The walk cannot go on: what it needs is not in the certificate."""


class OpenEnd(Exception):
    """An arrival, a departure or a holder that is not in the certificate: the walk ends here."""


class Ranges:
    """Records of one holding by the range of units that arrived or left with them."""

    def __init__(self):
        self.entries = []

    def add(self, start, record):
        self.entries.append((start, record.position, record))

    def sort(self):
        self.entries.sort(key=lambda entry: entry[:2])
        self.starts = [entry[0] for entry in self.entries]

    def pieces(self, first, end):
        """(record or None, from, to) for all of [first, end) in order; None where no record is."""
        at = max(bisect_right(self.starts, first) - 1, 0)
        for start, _, record in self.entries[at:]:
            if start >= end or first >= end:
                break
            low, high = max(start, first), min(start + record.amount, end)
            if low >= high:
                continue
            if low > first:
                yield None, first, low
            yield record, low, high
            first = high
        if first < end:
            yield None, first, end


class Walk:
    """Follows the units of a question; afterwards `seen` and `read` have what it looked up, and the flags say how far it came."""

    def __init__(self, document):
        self.question, self.count = document.question, len(document.records)
        self.seen, self.read = set(), set()
        self.open_end, self.stuck, self.cut, self.exist, self.hops = False, False, False, True, 0
        self.waiting, self.crossed = {}, set()
        # Units that are in a holding as of the height: (holding, first, end).
        self.held = []
        self._index(document)

    def _index(self, document):
        self.arrivals, self.departures, self.by_hash = {}, {}, {}
        self.assets, self.made_from = {}, {}
        for r in document.records:
            if r.definition:
                self.assets[r.asset] = r
                self.made_from.update((int(hash_, 16), r) for hash_ in r.definition['madeFrom'])
                continue
            self.by_hash[r.hash] = r
            self.arrivals.setdefault(r.to_holding, Ranges()).add(r.to_start, r)
            self.departures.setdefault(r.from_holding, Ranges()).add(r.start, r)
        for ranges in (*self.arrivals.values(), *self.departures.values()):
            ranges.sort()
        self.holdings = {h.index: h for h in document.holdings}
        self.by_owner = {(h.account, h.asset): h for h in document.holdings}

    # What is looked up.

    def registration(self, asset):
        found = self.assets.get(asset)
        if found is None:
            raise Stuck
        self.seen.add(found.position)
        return found

    def note_registration(self, asset):
        if asset in self.assets:
            self.registration(asset)

    def found(self, record):
        self.seen.add(record.position)
        self.note_registration(record.asset)

    def holding(self, found):
        """Its inTotal and outTotal."""
        if found is None:
            raise Stuck
        self.read.add(found.index)
        return 0 if found.account == MINT else found.in_total, found.out_total

    def named(self, hash_):
        if hash_ not in self.by_hash:
            raise Stuck
        return self.by_hash[hash_]

    # The walk.

    def run(self):
        try:
            self._run()
        except Stuck:
            self.stuck = True
        except OpenEnd:
            self.open_end = True
        return self

    def _run(self):
        q = self.question
        if q.transfer is not None:
            self._from_transfer()
        elif q.account is not None:
            self._from_account()
        else:
            self._from_serials()
        while self.waiting:
            order = max if q.backward else min
            position = order(self.waiting)
            record, depth = self.waiting.pop(position)
            (self._behind if q.backward else self._ahead)(record, depth)

    def _clip(self, first, end):
        """The units of the question among [first, end)."""
        low, high = first + self.question.offset, first + self.question.offset + self.question.length
        if high > end:
            self.exist = False
        return low, min(high, end)

    def _from_transfer(self):
        record = self.named(self.question.transfer)
        low, high = self._clip(0, record.amount)
        if low < high:
            self._drain(record, low, high, 0)

    def _from_account(self):
        self.note_registration(self.question.asset)
        found = self.by_owner.get((self.question.account, self.question.asset))
        counters = self.holding(found)
        low, high = self._clip(counters[1] if self.question.backward else 0, counters[0])
        if self.question.backward:
            self.held.append((found.index, low, high))
        self.follow(found.index, low, high, 0)

    def _from_serials(self):
        record = self.registration(self.question.asset)
        counters = self.holding(self.holdings.get(record.to_holding))
        low, high = self._clip(0, counters[1])
        if not self.question.backward:
            return self.follow(record.to_holding, low, high, 0)
        for _, index, first, end in self._where_now(record.to_holding, low, high):
            self.follow(index, first, end, 0)

    def _where_now(self, index, low, high):
        """Where units are, after MOST_MOVES hops at most: (serial, holding, first, end), by serial."""
        result, stack = [], [(low, index, low, high, 0)]
        while stack:
            serial, index, low, high, moves = stack.pop()
            if low >= high:
                continue
            if moves == MOST_MOVES:
                self.cut = True
                result.append((serial, index, low, high))
                continue
            self._circle(moves)
            for record, first, end in self._pieces(self.departures, index, low, high):
                if record is not None:
                    self.found(record)
                    shift = record.to_start - record.start
                    stack.append((serial + first - low, record.to_holding, first + shift, end + shift, moves + 1))
                else:
                    result.append((serial + first - low, index, first, end))
                    self._note_held(index, first, end)
        return sorted(result)

    def _pieces(self, ranges, index, low, high):
        return ranges[index].pieces(low, high) if index in ranges else [(None, low, high)] if low < high else []

    def _note_held(self, index, first, end):
        """As _held, but the trace goes on from where the units were last."""
        try:
            self._held(index, first, end)
        except OpenEnd:
            self.open_end = True

    def _held(self, index, first, end):
        """The units [first, end) are still in the holding, or an open end."""
        if index not in self.holdings:
            raise OpenEnd
        in_total, out_total = self.holding(self.holdings[index])
        if first < out_total or end > in_total:
            raise OpenEnd
        self.held.append((index, first, end))

    def follow(self, index, low, high, depth):
        """Follows the units [low, high) of a holding in the direction of the question, each unit to its end before the next one."""
        backward = self.question.backward
        stack = self._entries(index, low, high, depth)
        while stack:
            record, index, first, end, depth = stack.pop()
            if record is None:
                if backward:
                    raise OpenEnd
                self._held(index, first, end)
                continue
            start = record.to_start if backward else record.start
            onward = self.hop(record, first - start, end - start, depth + 1)
            if onward is not None:
                stack += self._entries(*onward)

    def _entries(self, index, low, high, depth):
        """What the units of a holding came or went with, the last ones first."""
        self._circle(depth)
        pieces = self._pieces(self.arrivals if self.question.backward else self.departures, index, low, high)
        return [(record, index, first, end, depth) for record, first, end in pieces][::-1]

    def hop(self, record, first, end, depth):
        """Units [first, end) of a record: notes what it crosses, and says where they go on: (holding, first, end, depth), or None."""
        self.found(record)
        self.hops += 1
        if self.hops > MOST_HOPS:
            raise Malformed('TOO_LARGE', f'more than {MOST_HOPS} hops')
        if not self.question.backward:
            if record.receiver == RETIRED:
                self.cross(self.made_from.get(record.hash), depth)
            return record.to_holding, record.to_start + first, record.to_start + end, depth
        if record.sender != MINT:
            return record.from_holding, record.start + first, record.start + end, depth
        registered = self.registration(record.asset)
        if registered.definition['madeFrom']:
            self.cross(registered, depth)
        return None

    def cross(self, record, depth):
        if record is None or record.position in self.crossed:
            return
        if len(self.waiting) >= MOST_WAITING:
            self.cut = True
            return
        self.seen.add(record.position)
        self.crossed.add(record.position)
        self.waiting[record.position] = (record, depth)

    def _drain(self, record, first, end, depth):
        """Follows from a record on that is the first hop."""
        onward = self.hop(record, first, end, depth + 1)
        if onward is not None:
            self.follow(*onward)

    def _behind(self, record, depth):
        """The section behind an asset, backward: all units of the retirements that it was made from."""
        for hash_ in record.definition['madeFrom']:
            retired = self.named(int(hash_, 16))
            self._drain(retired, 0, retired.amount, depth)

    def _ahead(self, record, depth):
        """The section of an asset, forward: all its issued units."""
        counters = self.holding(self.holdings.get(record.to_holding))
        self.follow(record.to_holding, 0, counters[1], depth)

    def _circle(self, depth):
        if depth > self.count:
            raise Malformed('MALFORMED', 'a path has more hops than there are records')
