"""Has four programs read the calendar entries that the built program mails: icalendar and vobject here, ICAL.js
and node-ical in calendars.mjs. Each must find every meeting at its time, one entry after the other, whatever the
zone of the machine.

    python scripts/calendars.py        ANSLUT_PROGRAM names another program than target/release/anslut
"""

import base64
import email
import email.policy
import json
import os
import pathlib
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

# The readers must go by the entry, never by the machine's zone.
os.environ["TZ"] = "Pacific/Apia"
time.tzset()

import icalendar  # noqa: E402
import vobject  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ANSLUT_PROGRAM", str(ROOT / "target/release/anslut"))
SENDER = "mote@kommun.example"
CANCELLED = "2031-01-15T09:00:00Z"

# Zones, their peculiarities, and starts: winters and summers of several years in no order, and around clock
# changes. ICAL.js knows none after 2035.
YEARS = ["2029-01-15T09:00:00Z", "2027-07-15T09:00:00Z", "2033-07-01T12:00:00Z", "2028-11-03T23:30:00Z"]
CASES = {
    # Before, within and after the hour that is repeated, and around the hour that is skipped.
    "Europe/Stockholm": ["2027-10-30T23:59:00Z", "2027-10-31T00:00:00Z", "2027-10-31T00:30:00Z", "2027-10-31T01:00:00Z",
                         "2027-10-31T01:59:00Z", "2027-10-31T02:00:00Z", "2027-03-28T00:59:00Z", "2027-03-28T01:00:00Z",
                         "2027-10-21T03:00:00Z", "2029-07-02T08:00:00Z"],
    "Europe/London": ["2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"],
    # Winter is the exception.
    "Europe/Dublin": ["2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"],
    "America/New_York": ["2027-11-07T05:30:00Z", "2027-11-07T06:30:00Z", "2027-03-14T06:59:00Z", "2027-03-14T07:00:00Z"],
    "Australia/Sydney": ["2027-04-03T15:30:00Z", "2027-04-03T16:30:00Z"],
    "Australia/Lord_Howe": ["2027-04-03T14:45:00Z", "2027-04-03T15:15:00Z"],
    "Pacific/Chatham": ["2027-04-03T13:50:00Z", "2027-04-03T14:10:00Z"],
    # No summer time, now or in future.
    "Asia/Kolkata": [], "America/Sao_Paulo": [], "Asia/Tokyo": [], "Africa/Lagos": [], "UTC": [],
    # Clock changes near a weekday, and across the end of a month.
    "Asia/Jerusalem": [], "America/Nuuk": [], "Africa/Cairo": ["2030-10-31T20:30:00Z", "2030-11-01T09:00:00Z"],
    "America/Santiago": [], "Asia/Beirut": [], "Europe/Chisinau": [],
    # Clock changes by the moon. These entries are in UTC.
    "Africa/Casablanca": ["2027-02-10T09:00:00Z", "2028-02-10T09:00:00Z", "2031-01-10T09:00:00Z"],
    # Rules that changed recently.
    "America/Asuncion": [], "Asia/Almaty": [], "America/Mexico_City": [], "Africa/Juba": [],
}


class Mail(socketserver.StreamRequestHandler):
    """A mail server that takes everything and keeps it."""

    kept = []

    def say(self, line):
        self.wfile.write(line + b"\r\n")

    def handle(self):
        self.say(b"220 mail")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.say(b"354 go on")
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line[1:] if line.startswith(b".") else line)
                self.kept.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
            self.say(b"221 bye" if word == b"QUIT" else b"250 ok")


def wait_for(what, seconds=60):
    end = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > end:
            sys.exit("calendar entries: waited in vain")
        time.sleep(0.05)
    return found


class Service:
    """The program, on data of its own."""

    def __init__(self, folder, mail_port):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url, self.folder = f"http://127.0.0.1:{port}", folder
        key = base64.b64encode(bytes(range(32))).decode()
        (folder / "anslut.toml").write_text(
            f'[organisation]\nname = "Åmåls kommun; vård, stöd"\n[http]\nlisten = "127.0.0.1:{port}"\n'
            f'public_url = "{self.url}"\n[mail]\nurl = "smtp://127.0.0.1:{mail_port}?tls=none"\nfrom = "{SENDER}"\n'
            f'[secrets]\nkey = "{key}"\n'
        )
        self.process = subprocess.Popen([PROGRAM, "serve"], cwd=folder, stderr=subprocess.DEVNULL)
        wait_for(self.ready)
        made = subprocess.run([PROGRAM, "token", "create", "--name", "calendars"], cwd=folder, capture_output=True, text=True, check=True)
        self.token = made.stdout.split()[-1]

    def ready(self):
        try:
            return urllib.request.urlopen(self.url + "/readyz", timeout=5).status == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.url + "/api/v1" + path, method=method, data=json.dumps(body).encode() if body else None)
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def book(service, number, zone, starts):
    ends = datetime.fromisoformat(starts) + timedelta(minutes=45)
    return service.call("POST", "/meetings", {
        "title": "Hemlig titel", "description": "Hemlig text",
        "starts_at": starts, "ends_at": ends.isoformat(), "time_zone": zone,
        "organiser": {"name": "Kim", "email": "kim@kommun.example", "phone": "+46300834000"},
        "room": {"kind": "link", "url": "https://video.example/rum/42"},
        "recipients": [{"name": "Anna Åström", "email": f"anna.{number}@example.org", "assurance": "loa2", "method": "email-code"}],
    })["id"]


def entries(mail):
    """The calendar entries of a mail: one that programs act on, and one as a file."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    found = []
    for part in parts:
        text = part.get_payload(decode=True).decode()
        method = part["content-type"].params.get("method")
        assert f"\r\nMETHOD:{method}\r\n" in text, "the method of the part is the entry's"
        found.append((text, method, part.get_content_disposition()))
    assert [it[2] for it in found] == [None, "attachment"] and found[0][:2] == found[1][:2]
    return found[0][:2]


def utc(at):
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def with_icalendar(text):
    calendar = icalendar.Calendar.from_ical(text)
    event = next(iter(calendar.walk("VEVENT")))
    read = {name: event[key].dt for name, key in (("starts", "DTSTART"), ("ends", "DTEND"))}
    # icalendar uses its own zones, so the entry's rules are checked too.
    for zone in calendar.walk("VTIMEZONE"):
        told = zone.to_tz(lookup_tzid=False)
        for name, at in read.items():
            assert utc(at.replace(tzinfo=told)) == utc(at), f"{zone['TZID']}: {at} by the entry's own rules"
    return {**{name: utc(at) for name, at in read.items()}, "organiser": str(event["ORGANIZER"]), "invited": str(event["ATTENDEE"])}


def with_vobject(text):
    event = vobject.readOne(text).vevent
    return {"starts": utc(event.dtstart.value), "ends": utc(event.dtend.value),
            "organiser": event.organizer.value, "invited": event.attendee.value}


def check(mails):
    all_of_them, wrong = [], []
    for number, zone, starts, mail in mails:
        text, method = entries(mail)
        ends = utc(datetime.fromisoformat(starts) + timedelta(minutes=45))
        expected = {"starts": starts, "ends": ends, "organiser": f"mailto:{SENDER}", "invited": f"mailto:anna.{number}@example.org"}
        all_of_them.append({"zone": zone, "method": method, "text": text, "expected": expected})
        assert "Hemlig" not in text and "video.example" not in text
    read = subprocess.run(["node", ROOT / "scripts/calendars.mjs"], input=json.dumps(all_of_them), capture_output=True, text=True)
    if read.returncode:
        sys.exit(read.stderr)
    readers = {"icalendar": [], "vobject": [], **json.loads(read.stdout)}
    for it in all_of_them:
        readers["icalendar"].append(with_icalendar(it["text"]))
        readers["vobject"].append(with_vobject(it["text"]))
    for reader, results in readers.items():
        assert len(results) == len(all_of_them)
        for it, result in zip(all_of_them, results):
            if result != it["expected"]:
                wrong.append(f"{reader} reads {it['zone']} {it['method']} as {result}, and it is {it['expected']}")
    return all_of_them, list(readers), wrong


def main():
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="anslut-calendars-") as folder:
        service = Service(pathlib.Path(folder), server.server_address[1])
        try:
            cases = [(zone, starts) for zone, more in CASES.items() for starts in YEARS + more]
            cases.append(("Europe/Stockholm", CANCELLED))
            ids = [book(service, number, zone, starts) for number, (zone, starts) in enumerate(cases)]
            wait_for(lambda: len(Mail.kept) == len(cases))
            service.call("DELETE", f"/meetings/{ids[-1]}")
            wait_for(lambda: len(Mail.kept) == len(cases) + 1)
        finally:
            service.stop()
    numbers = [int(mail["to"].addresses[0].username.split(".")[1]) for mail in Mail.kept]
    mails = [(number, *cases[number], mail) for number, mail in zip(numbers, Mail.kept)]
    read, readers, wrong = check(mails)
    methods = {it["method"] for it in read}
    assert methods == {"REQUEST", "CANCEL"}, methods
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(read)} calendar entries of {len(CASES)} zones are read right by {', '.join(readers)}")


main()
