// Reads calendar entries with ICAL.js and node-ical, for calendars.py. Reads a list of entries on standard
// input, and writes what each reader finds in each entry to standard output.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../end2end/package.json', import.meta.url));
const ICAL = require('ical.js').default ?? require('ical.js');
const nodeIcal = require('node-ical');

const utc = (date) => date.toISOString().replace('.000Z', 'Z');

function withIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  // The first entry's rules for a zone are used for all entries.
  for (const zone of calendar.getAllSubcomponents('vtimezone'))
    if (!ICAL.TimezoneService.has(zone.getFirstPropertyValue('tzid'))) ICAL.TimezoneService.register(zone);
  const event = calendar.getFirstSubcomponent('vevent');
  const at = (name) => {
    const property = event.getFirstProperty(name);
    const time = property.getFirstValue();
    const zone = property.getParameter('tzid');
    if (zone) time.zone = ICAL.TimezoneService.get(zone);
    return utc(new Date(time.toUnixTime() * 1000));
  };
  return {
    starts: at('dtstart'),
    ends: at('dtend'),
    organiser: event.getFirstPropertyValue('organizer'),
    invited: event.getFirstPropertyValue('attendee'),
  };
}

function withNodeIcal(text) {
  const event = Object.values(nodeIcal.sync.parseICS(text)).find((part) => part.type === 'VEVENT');
  return {
    starts: utc(event.start),
    ends: utc(event.end),
    organiser: event.organizer.val,
    invited: event.attendee.val,
  };
}

const entries = JSON.parse(readFileSync(0, 'utf8'));
const results = {
  'ICAL.js': entries.map(({ text }) => withIcalJs(text)),
  'node-ical': entries.map(({ text }) => withNodeIcal(text)),
};
process.stdout.write(JSON.stringify(results));
