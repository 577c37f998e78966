"""A sender's system in Python: books a meeting, changes and lists it, with a client made of the description.

python sender.py ADDRESS TOKEN
"""

import datetime
import sys

from anslut_api import AuthenticatedClient
from anslut_api.api.meetings import book_meeting, cancel_meeting, change_meeting, list_meetings
from anslut_api.models import (
    Assurance,
    Booking,
    Change,
    Language,
    Meeting,
    Meetings,
    Method,
    NewOrganiser,
    NewRecipient,
    NewRoom,
    Problem,
    RoomKind,
)


def right(what, is_so):
    """Ends the program where an answer is not the one that is expected."""
    if not is_so:
        sys.exit(f"the Python client: {what}")


address, token = sys.argv[1:]
client = AuthenticatedClient(base_url=address, token=token)
start = datetime.datetime(2031, 3, 4, 9, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))

# Optional members are left out, and so they are not sent.
booking = Booking(
    title="Uppföljningsmöte",
    starts_at=start,
    ends_at=start + datetime.timedelta(minutes=45),
    organiser=NewOrganiser(name="Kim Handläggare", email="kim@kommun.example", phone="+46300834000"),
    room=NewRoom(kind=RoomKind.LINK, url="https://video.example/rum/42"),
    recipients=[NewRecipient(email="anna@example.org", assurance=Assurance.LOA2, method=Method.EMAIL_CODE)],
)
sent = booking.to_dict()
right("nothing is sent that was not said", "time_zone" not in sent and set(sent["recipients"][0]) == {"email", "assurance", "method"})

booked = book_meeting.sync_detailed(client=client, body=booking, idempotency_key="Python 1")
meeting = booked.parsed
right("the meeting is booked", isinstance(meeting, Meeting) and meeting.recipients[0].language == Language.SV)
version = booked.headers["ETag"]

changed = change_meeting.sync(meeting.id, client=client, body=Change(title="Nytt"), if_match=version)
right("it is changed", isinstance(changed, Meeting) and changed.title == "Nytt" and changed.starts_at == start)
stale = change_meeting.sync(meeting.id, client=client, body=Change(title="Äldre"), if_match=version)
right("who knows an older version is refused", isinstance(stale, Problem) and stale.status == 412)

listed = list_meetings.sync(client=client, limit=1)
right("it is listed", isinstance(listed, Meetings) and listed.meetings[0].id == meeting.id)
booking.title = ""
wrong = book_meeting.sync(client=client, body=booking)
right("what is wrong is pointed at", isinstance(wrong, Problem) and wrong.errors[0].pointer == "/title")
off = cancel_meeting.sync_detailed(meeting.id, client=client)
right("it is called off", off.status_code == 204)
