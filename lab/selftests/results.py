#!/usr/bin/env python3
"""Results of the kernel's selftests: read from their output, compared with what is expected, written as a table.

  results.py read DIRECTORY-OR-FILE         outputs (one file a suite, KTAP) to lines SUITE, CASE, RESULT, DETAIL (tabs between)
  results.py compare RESULTS EXPECTED       says what is not as expected; exit code 1 if a case fails that should not
  results.py publish DOCUMENT TITLE RESULTS EXPECTED
                                            writes the table between the document's lines "<!-- results: TITLE -->" and "<!-- end -->"

RESULT is pass, fail, skip, xfail or late (not begun or not ended when the time was up). EXPECTED has lines SUITE, CASE (with * and ?), RESULT, REASON
for all that does not pass, and lines "reason", NAME, KIND, TEXT that explain; two spaces or more between. The first line that fits a case
counts. RESULT may be several, as in pass|fail, where it depends on time.
"""
import collections
import fnmatch
import pathlib
import re
import sys

CASE = re.compile(r"^(not )?ok \d+ (\S+)(?: # (SKIP|XFAIL) ?(.*))?")
NOISE = re.compile(r"^(CMD|EXIT|STDOUT|STDERR):|^(File|Traceback|~|\^)")
# What no test provokes, and a driver says or does when its device misbehaves.
ALARM = re.compile(r"WARNING:|BUG:|Call Trace|Oops|rcu_.*stall|hung_task|ena .*(Trigger|[Rr]eset|watchdog|[Mm]issing|timed? ?out|[Ii]nvalid|Failed to (submit|process|create))")
# The driver writes its statistics when it resets the device.
COUNTER = re.compile(r": \d+$")


def detail(lines):
    """The line that tells most of why a case failed."""
    told = [re.sub(r"^# ?(Exception\||Check\||Defer Exception\|)? *", "", line).strip() for line in lines if line.startswith("#")]
    for prefix in ("Check failed", "STDERR:"):
        for line in told:
            if line.startswith(prefix) and line != prefix:
                return line
    told = [line for line in told if line and not NOISE.match(line)]
    return told[-1] if told else ""


def read_suite(path):
    suite = path.stem
    cases, since, alarms, planned, code = [], [], [], None, "?"
    for line in path.read_text(errors="replace").splitlines():
        match = CASE.match(line)
        if match:
            name = match[2].removeprefix(suite + ".")
            result = "fail" if match[1] else match[3].lower() if match[3] else "pass"
            cases.append((suite, name, result, detail(since) if result == "fail" else match[4] or ""))
            since = []
        elif re.match(r"^1\.\.\d+$", line):
            planned = int(line[3:])
        elif line.startswith("# exit "):
            code = line[7:]
        elif line.startswith("# key "):
            pass
        elif line.startswith("# kernel: "):
            if ALARM.search(line) and not COUNTER.search(line):
                alarms.append(line[10:])
        else:
            since.append(line)
    if code == "127":
        return []  # not among this kernel's
    if code in ("124", "137", "?") and (planned is None or len(cases) < planned):
        cases.append((suite, "(rest)", "late", "time was up after %d of %s cases" % (len(cases), planned or "?")))
    elif not cases:
        last = [line for line in since if line.strip()][-1:] or [""]
        cases.append((suite, "(start)", "skip" if code in ("0", "4") else "fail", last[0].strip("# ")))
    if alarms:
        cases.append((suite, "(kernel log)", "fail", "%s (%d such lines)" % (alarms[0], len(alarms))))
    return cases


def read(directory):
    given = pathlib.Path(directory)
    for path in sorted(given.glob("*.txt")) if given.is_dir() else [given]:
        for case in read_suite(path):
            print("\t".join(field.replace("\t", " ")[:200] for field in case))


def load_results(path):
    return [line.split("\t") for line in pathlib.Path(path).read_text().splitlines() if line and not line.startswith("#")]


def load_expected(path):
    rules, reasons = [], {}
    for line in pathlib.Path(path).read_text().splitlines():
        if line and not line.startswith("#"):
            fields = re.split(r"\s\s+", line.strip(), maxsplit=3)
            if fields[0] == "reason":
                reasons[fields[1]] = (fields[2], fields[3])
            else:
                rules.append(fields)
    return rules, reasons


def rule_for(case, rules):
    for rule in rules:
        if rule[0] == case[0] and fnmatch.fnmatchcase(case[1], rule[1].replace("[", "[[]")):
            return rule
    return None


def compare(results, expected):
    rules, _ = load_expected(expected)
    bad = 0
    for case in load_results(results):
        suite, name, result, told = case
        rule = rule_for(case, rules)
        wanted = rule[2].split("|") if rule else ["pass"]
        if result in wanted:
            continue
        if result in ("fail", "late"):
            bad += 1
            print("%s %s: %s, expected %s: %s" % (suite, name, result, rule[2] if rule else "pass", told))
        else:
            print("note: %s %s: %s, expected %s %s" % (suite, name, result, "|".join(wanted), told))
    return 1 if bad else 0


def rows(results, rules, reasons):
    """One row for each group of cases of a suite with the same result for the same reason: suite, cases, result, kind and name of the reason."""
    for suite, cases in results.items():
        groups = collections.OrderedDict()
        for case in cases:
            rule = rule_for(case, rules)
            why = ("", "")
            if case[2] != "pass":
                known = rule is not None and case[2] in rule[2].split("|")
                why = (reasons[rule[3]][0], rule[3]) if known else ("unexplained", case[3])
            groups.setdefault((case[2], why), []).append(case[1])
        for (result, why), names in groups.items():
            yield suite, names, result, why


def shorten(names):
    """tcp.a, tcp.b, udp -> tcp (2), udp"""
    stems = collections.Counter(name.split(".")[0] if name.count(".") else name for name in names)
    return ", ".join(stem if count == 1 else "%s (%d)" % (stem, count) for stem, count in stems.items())


def publish(document, title, results, expected):
    rules, reasons = load_expected(expected)
    suites = collections.OrderedDict()
    for case in load_results(results):
        suites.setdefault(case[0], []).append(case)
    totals = collections.Counter(case[2] for cases in suites.values() for case in cases)
    ran_on = [line[2:] + ". " for line in pathlib.Path(results).read_text().splitlines() if line.startswith("# ")]
    out = ["".join(ran_on) + "%d cases of %d suites: %s." % (sum(totals.values()), len(suites), ", ".join("%d %s" % (n, r) for r, n in totals.most_common())),
           "", "| suite | cases | result | why |", "|---|---|---|---|"]
    used = []
    for suite, names, result, why in rows(suites, rules, reasons):
        out.append("| %s | %s | %s | %s |" % (suite, shorten(names), result, ": ".join(filter(None, why)).replace("|", "\\|")))
        used += [why[1]] if why[1] in reasons and why[1] not in used else []
    out += ["", "| why | |", "|---|---|"]
    out += ["| %s: %s | %s |" % (reasons[name][0], name, reasons[name][1].replace("|", "\\|")) for name in sorted(used, key=lambda n: (reasons[n][0], n))]
    path = pathlib.Path(document)
    begin, end = "<!-- results: %s -->" % title, "<!-- end -->"
    head, found, rest = path.read_text().partition(begin + "\n")
    if not found:
        sys.exit("%s has no line %s" % (document, begin))
    tail = rest.partition(end)[2]
    path.write_text(head + found + "\n".join(out) + "\n" + end + tail)
    return 0


if __name__ == "__main__":
    what, arguments = sys.argv[1], sys.argv[2:]
    sys.exit({"read": read, "compare": compare, "publish": publish}[what](*arguments))
