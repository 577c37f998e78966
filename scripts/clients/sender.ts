// A sender's system in TypeScript: books, changes and lists meetings with a client generated from the
// description.
//
//   node sender.js ADDRESS TOKEN
import createClient from 'openapi-fetch';
import type { components, paths } from 'api';

const [baseUrl = '', token = ''] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

/** Exits with an error if a response is not as expected. */
function right(what: string, is: boolean): void {
  if (is) return;
  console.error(`the TypeScript client: ${what}`);
  process.exit(1);
}

// Optional members are left out.
const booking: components['schemas']['Booking'] = {
  title: 'Uppföljningsmöte',
  starts_at: '2031-03-04T09:00:00+01:00',
  ends_at: '2031-03-04T09:45:00+01:00',
  organiser: { name: 'Kim Handläggare', email: 'kim@kommun.example', phone: '+46300834000' },
  room: { kind: 'link', url: 'https://video.example/rum/42' },
  recipients: [{ email: 'anna@example.org', assurance: 'loa2', method: 'email-code' }],
};
const header = { 'Idempotency-Key': 'TypeScript 1' };
const booked = await client.POST('/api/v1/meetings', { params: { header }, body: booking });
right('the meeting is booked', booked.data?.recipients[0]?.language === 'sv' && booked.response.status === 201);
const id = booked.data?.id ?? '';
const version = booked.response.headers.get('ETag') ?? '';

const one = { path: { id }, header: { 'If-Match': version } };
const changed = await client.PATCH('/api/v1/meetings/{id}', {
  params: one,
  headers: { 'Content-Type': 'application/merge-patch+json' },
  body: { title: 'Nytt', recipients: [{ email: 'bo@example.org', assurance: 'loa2', method: 'email-code' }] },
});
right('it is changed', changed.data?.title === 'Nytt' && changed.data.recipients.length === 2);
const stale = await client.PATCH('/api/v1/meetings/{id}', { params: one, body: { title: 'Äldre' } });
right('who knows an older version is refused', stale.error?.status === 412);

const listed = await client.GET('/api/v1/meetings', { params: { query: { limit: 1 } } });
right('it is listed', listed.data?.meetings[0]?.id === id && 'next_cursor' in listed.data);
const wrong = await client.POST('/api/v1/meetings', { body: { ...booking, title: '' } });
right('what is wrong is pointed at', wrong.error?.errors?.[0]?.pointer === '/title');
const off = await client.DELETE('/api/v1/meetings/{id}', { params: { path: { id } } });
right('it is called off', off.response.status === 204);
