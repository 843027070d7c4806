/** Variables as a person sets them, and where a request for an address then goes. */
export interface ProxyCase {
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  readonly goes: 'through' | 'directly' | 'nowhere'
}

/** Where the proxy of the cases is, and another one; to be replaced where real ones listen. */
export const PROXY = 'http://127.0.0.1:3128'
export const OTHER = 'http://127.0.0.1:3129'
/** Where the server of this machine is. */
export const HERE = 'http://127.0.0.1:8080'

const GW = 'http://gw.example/v1'
const WITH_PORT = 'http://gw.example:8443/v1'

/** What an address is exempt by. */
const EXEMPTING: readonly (readonly [list: string, url: string])[] = [
  ['gw.example', GW],
  ['GW.EXAMPLE', GW],
  ['gw.example', 'http://GW.example/v1'],
  ['example', GW],
  ['.example', GW],
  ['.gw.example', GW],
  ['*', GW],
  ['a,*', GW],
  ['other, gw.example', GW],
  [' , ,gw.example ,', GW],
  ['gw.example', WITH_PORT],
  ['gw.example:8443', WITH_PORT],
  ['127.0.0.1', HERE],
  ['.0.0.1', HERE],
  ['127.0.0.1:8080', HERE],
  ['[::1]', 'http://[::1]:8080/'],
]

/** What it is not. */
const OTHERS: readonly (readonly [list: string, url: string])[] = [
  ['', GW],
  ['w.example', GW],
  ['*.example', GW],
  ['gw.*', GW],
  ['..gw.example', GW],
  ['gw.example.', GW],
  ['gw.example:80', GW],
  ['gw.example:8443', GW],
  ['gw.example:81', WITH_PORT],
  ['.example:8443', WITH_PORT],
  ['other gw.example', GW],
  ['other;gw.example', GW],
  ['http://gw.example', GW],
  ['', HERE],
  ['127.0.0.0/8', HERE],
  ['127.*', HERE],
  ['localhost', HERE],
  ['::1', 'http://[::1]:8080/'],
]

/** What names no proxy. */
const UNUSABLE = ['http://user@127.0.0.1:3128', 'socks5://127.0.0.1:3128', ` ${PROXY} `, ':::']

/** As OpenCode 1.18.33 goes. */
export const PROXY_CASES: readonly ProxyCase[] = [
  { url: GW, env: {}, goes: 'directly' },
  { url: GW, env: { HTTP_PROXY: PROXY }, goes: 'through' },
  { url: GW, env: { http_proxy: PROXY }, goes: 'through' },
  { url: GW, env: { HTTP_PROXY: OTHER, http_proxy: PROXY }, goes: 'through' },
  { url: GW, env: { HTTP_PROXY: PROXY, http_proxy: '' }, goes: 'through' },
  { url: GW, env: { HTTP_PROXY: '127.0.0.1:3128' }, goes: 'through' },
  { url: GW, env: { HTTP_PROXY: `${PROXY}/some/path` }, goes: 'through' },
  { url: GW, env: { HTTP_PROXY: 'http://user:password@127.0.0.1:3128' }, goes: 'through' },
  { url: GW, env: { HTTPS_PROXY: PROXY }, goes: 'directly' },
  { url: GW, env: { ALL_PROXY: PROXY, all_proxy: PROXY }, goes: 'directly' },
  { url: 'https://gw.example/v1', env: { HTTPS_PROXY: PROXY }, goes: 'through' },
  { url: 'https://gw.example/v1', env: { https_proxy: PROXY }, goes: 'through' },
  { url: 'https://gw.example/v1', env: { HTTP_PROXY: PROXY, ALL_PROXY: PROXY }, goes: 'directly' },
  {
    url: 'https://gw.example/v1',
    env: { HTTPS_PROXY: PROXY, NO_PROXY: 'example' },
    goes: 'directly',
  },
  { url: GW, env: { HTTP_PROXY: PROXY, no_proxy: 'gw.example' }, goes: 'directly' },
  { url: GW, env: { HTTP_PROXY: PROXY, NO_PROXY: 'x', no_proxy: 'gw.example' }, goes: 'directly' },
  { url: GW, env: { HTTP_PROXY: PROXY, NO_PROXY: 'gw.example', no_proxy: 'x' }, goes: 'through' },
  { url: GW, env: { HTTP_PROXY: PROXY, NO_PROXY: 'gw.example', no_proxy: '' }, goes: 'directly' },
  ...EXEMPTING.map(([list, url]): ProxyCase => caseOf(url, list, 'directly')),
  ...OTHERS.map(([list, url]): ProxyCase => caseOf(url, list, 'through')),
  ...UNUSABLE.map((value): ProxyCase => ({
    url: HERE,
    env: { HTTP_PROXY: value },
    goes: 'nowhere',
  })),
]

function caseOf(url: string, list: string, goes: ProxyCase['goes']): ProxyCase {
  return { url, env: { HTTP_PROXY: PROXY, NO_PROXY: list }, goes }
}
