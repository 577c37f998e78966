// An OpenID Connect provider for the browser tests: the npm package oidc-provider with a page on which one
// chooses a person and a level of assurance. Version 8 of the package is the last one that runs on Node 20.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import Provider, { interactionPolicy } from 'oidc-provider';

export const LOA2 = 'http://id.elegnamnden.se/loa/1.0/loa2';
export const LOA3 = 'http://id.elegnamnden.se/loa/1.0/loa3';

const PERSONAL_NUMBER = 'https://id.oidc.se/claim/personalIdentityNumber';
const COORDINATION_NUMBER = 'https://id.oidc.se/claim/coordinationNumber';
const SECRET = randomUUID();

/** The people to choose from. Their numbers are reserved for tests. */
const people = [
  { number: '200211242383', given_name: 'Anna', family_name: 'Andersson' },
  { number: '197311108711', given_name: 'Bo', family_name: 'Berg' },
  { number: '199908072391', given_name: 'Cia', family_name: 'Ceder' },
].map((person) => ({ ...person, name: `${person.given_name} ${person.family_name}` }));

/** The service's two clients: one with a key and everything signed, one with a secret and nothing signed. */
const clients = { signed: 'anslut-signed', plain: 'anslut-plain' };

/**
 * Starts the provider for a service at this origin. It is on another site than the service, as providers are.
 * The result's `config` is the service's configuration for it, as TOML.
 *
 * @param {number} port
 * @param {string} origin the service's
 */
export async function startProvider(port, origin) {
  const issuer = `http://localhost:${port}`;
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const provider = new Provider(issuer, configuration(origin, key.publicKey));
  const answer = provider.callback();
  const server = createServer((request, response) => {
    forget(request);
    if (!request.url.startsWith('/login/')) return answer(request, response);
    login(provider, request, response).catch(() => response.writeHead(400).end());
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: issuer, config: config(issuer, key.privateKey), stop };
}

/**
 * Makes the provider forget earlier visitors: it would otherwise ask the next one whether to log the last one
 * out.
 */
function forget(request) {
  const cookies = request.headers.cookie?.split('; ') ?? [];
  request.headers.cookie = cookies.filter((cookie) => !cookie.startsWith('_session')).join('; ');
}

function configuration(origin, publicKey) {
  const back = (id) => [`${origin}/back/oidc/${id}`];
  const policy = interactionPolicy.base();
  // The level is chosen on the page, so that the tests see the service check it.
  policy.get('login').checks.remove('essential_acrs');
  return {
    clients: [
      {
        client_id: clients.signed,
        redirect_uris: back('signed'),
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
        request_object_signing_alg: 'ES256',
        require_signed_request_object: true,
        id_token_signed_response_alg: 'ES256',
        userinfo_signed_response_alg: 'ES256',
        require_auth_time: true,
      },
      {
        client_id: clients.plain,
        client_secret: SECRET,
        redirect_uris: back('plain'),
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    clientAuthMethods: ['client_secret_basic', 'private_key_jwt'],
    acrValues: [LOA2, LOA3],
    scopes: ['openid'],
    claims: {
      openid: ['sub'],
      acr: null,
      auth_time: null,
      'https://id.oidc.se/scope/naturalPersonInfo': ['name', 'given_name', 'family_name'],
      'https://id.oidc.se/scope/naturalPersonNumber': [PERSONAL_NUMBER, COORDINATION_NUMBER],
    },
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      requestObjects: { request: true },
      jwtUserinfo: { enabled: true },
      rpInitiatedLogout: { enabled: false },
    },
    pkce: { required: () => true },
    jwks: {
      keys: [
        signingKey('rsa', { modulusLength: 2048 }, 'RS256'),
        signingKey('ec', { namedCurve: 'P-256' }, 'ES256'),
      ],
    },
    cookies: { keys: [randomUUID()] },
    ttl: {
      AccessToken: 60,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 300,
      Interaction: 600,
      Session: 600,
    },
    interactions: { policy, url: (_, interaction) => `/login/${interaction.uid}` },
    findAccount,
    // A person who identifies also consents to the requested claims.
    async loadExistingGrant(ctx) {
      const { client, session, requestParamOIDCScopes, requestParamClaims } = ctx.oidc;
      const { clientId } = client;
      const grant = new ctx.oidc.provider.Grant({ clientId, accountId: session.accountId });
      grant.addOIDCScope([...requestParamOIDCScopes].join(' '));
      grant.addOIDCClaims([...requestParamClaims]);
      await grant.save();
      return grant;
    },
  };
}

function signingKey(kind, options, alg) {
  const { privateKey } = generateKeyPairSync(kind, options);
  return { ...privateKey.export({ format: 'jwk' }), kid: alg, use: 'sig', alg };
}

/** Returns a person's claims: all of them in UserInfo, and no number in the ID token. */
function findAccount(ctx, accountId) {
  const person = people.find(({ number }) => subject(number) === accountId);
  if (!person) return undefined;
  const { number, ...names } = person;
  return {
    accountId,
    claims: (use) => ({
      sub: accountId,
      ...names,
      ...(use === 'userinfo' && { [PERSONAL_NUMBER]: number }),
    }),
  };
}

function subject(number) {
  return `person-${people.findIndex((person) => person.number === number) + 1}`;
}

/** Shows the page on which one identifies, and handles its form. */
async function login(provider, request, response) {
  if (request.method !== 'POST') {
    const { params } = await provider.interactionDetails(request, response);
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    });
    return response.end(page(params.ui_locales));
  }
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  await provider.interactionFinished(request, response, result(form));
}

function result(form) {
  if (!form.get('person')) return { error: 'access_denied', error_description: 'cancelled' };
  const acr = form.get('acr');
  if (!acr) return { error: 'unmet_authentication_requirements' };
  return { login: { accountId: subject(form.get('person')), acr } };
}

function page(language) {
  const buttons = people.map(
    ({ name, number }) => `<p><button name="person" value="${number}">Identify as ${name}</button>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Test provider</title>
<link rel="icon" href="data:,">
<h1>Test provider</h1><p>Asked to speak ${language === 'sv' ? 'Swedish' : 'English'}.
<form method="post"><p><label>How sure <select name="acr">
<option value="${LOA3}">level 3</option><option value="${LOA2}">level 2</option>
<option value="">not sure enough</option></select></label>
${buttons.join('\n')}
<p><button name="person" value="">Cancel</button></form></html>`;
}

/** Returns the service's configuration: the provider with each of the two clients, and one that is down. */
function config(issuer, privateKey) {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const text = JSON.stringify;
  return `
[[oidc]]
id = "signed"
name = "Exempel-id"
issuer = ${text(issuer)}
client_id = ${text(clients.signed)}
private_key = """
${pem}"""
acr = [${text(LOA3)}]
request_object = true

[[oidc]]
id = "plain"
name = "Kommun-id"
issuer = ${text(issuer)}
client_id = ${text(clients.plain)}
client_secret = ${text(SECRET)}
acr = { ${text(LOA2)} = "loa2", ${text(LOA3)} = "loa3" }

[[oidc]]
id = "down"
name = "Vilande id"
issuer = "http://127.0.0.1:9"
client_id = "anslut"
client_secret = ${text(SECRET)}
acr = [${text(LOA3)}]
`;
}
