// A real OpenID provider on loopback, as a national platform would be one: npm's oidc-provider with
// its own pages for logging in. Arguments: where it is installed, its port, the address of the
// program. A line on standard input has it use new keys.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [home, port, program] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(createRequire(`${home}/x.js`).resolve('oidc-provider')));
const issuer = `http://127.0.0.1:${port}`;

function keys(name) {
  return { keys: [['rsa', { modulusLength: 2048 }, 'RS256'], ['ec', { namedCurve: 'P-256' }, 'ES256']].map(
    ([kind, options, alg]) => ({
      ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }),
      alg, use: 'sig', kid: `${name}-${alg}`,
    })) };
}

function provider(name) {
  const made = new Provider(issuer, {
    clients: [{
      client_id: 'tian',
      client_secret: 'a secret: 100% &+/',
      redirect_uris: [`${program}/login/platform/back`],
      post_logout_redirect_uris: [`${program}/login/platform/left`],
      backchannel_logout_uri: `${program}/login/platform/ended`,
      backchannel_logout_session_required: true,
    }],
    cookies: { keys: ['a key of the test'] },
    jwks: keys(name),
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id }),
    }),
    // Its own refuses addresses like 127.0.0.1, where the program of a test is.
    fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  });
  made.on('backchannel.error', (_, error) => console.error(error));
  return made.callback();
}

let answer = provider('first');
createServer((request, response) => answer(request, response)).listen(Number(port), '127.0.0.1', () => {
  console.log('ready');
});
createInterface({ input: process.stdin }).on('line', (name) => {
  answer = provider(name);
  console.log('ready');
}).on('close', () => process.exit());
