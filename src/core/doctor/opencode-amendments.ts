import definitions from './opencode-schema.json' with { type: 'json' }
import type { Schema } from './opencode-schema.ts'

type Properties = Readonly<Record<string, Schema>>

const text: Schema = { type: 'string' }
const texts: Schema = { type: 'array', items: text }
const textsByName: Schema = { type: 'object', additionalProperties: text }
const flag: Schema = { type: 'boolean' }
const anything: Schema = {}
const no: Schema = { type: 'boolean', enum: [false] }
/** No value is right. */
export const NOTHING: Schema = { type: 'nothing' }
const positive: Schema = { type: 'integer', exclusiveMinimum: 0 }

const timeoutsOf2: Schema = {
  type: 'object',
  properties: { startup: positive, catalog: positive, execution: positive },
  additionalProperties: false,
}

const oauthOf2: Schema = {
  type: 'object',
  properties: {
    ...definitions.McpOAuthConfig.properties,
    client_id: text,
    client_secret: text,
    callback_port: { type: 'integer', minimum: 1, maximum: 65_535 },
    redirect_uri: text,
  },
  additionalProperties: false,
}

const LOCAL: Properties = { command: texts, cwd: text, environment: textsByName }
const REMOTE: Properties = { url: text, headers: textsByName }

/** An MCP server in the form of OpenCode 2. OpenCode 1 sees by one of these members that it is of that form. */
const SERVERS_OF_2: Schema = {
  anyOf: ['disabled', 'codemode', 'timeout', 'oauth'].flatMap((mark) => [
    ...(mark === 'oauth' ? [] : [serverOf2('local', LOCAL, mark)]),
    serverOf2('remote', { ...REMOTE, oauth: { anyOf: [oauthOf2, no] } }, mark),
  ]),
}

function serverOf2(type: string, properties: Properties, mark: string): Schema {
  return {
    type: 'object',
    properties: {
      type: { type: 'string', enum: [type] },
      ...properties,
      enabled: flag,
      disabled: flag,
      codemode: flag,
      timeout: timeoutsOf2,
    },
    required: ['type', ...Object.keys(properties).slice(0, 1), mark],
    additionalProperties: false,
  }
}

/** What OpenCode 1 also takes at a place, or what stands there instead of what its schema says. */
export interface Amendment {
  /** A definition, and names within it; `*` is any that it does not name. */
  readonly at: readonly [definition: string, ...names: readonly string[]]
  readonly also: Schema
}

/**
 * Where OpenCode 1.18.33 does not do as its schema says. Before it checks a file, it puts some forms of OpenCode 2
 * into its own, and leaves out with a line in its log what is not right in them: that is `anything` here. Found by
 * reading the program and by running it (test/e2e/opencode-accepts.test.ts).
 */
export const AMENDMENTS: readonly Amendment[] = [
  {
    at: ['Config', 'model'],
    also: {
      type: 'object',
      properties: {
        providerID: { type: 'string', pattern: '^[^/#]+$' },
        model: { type: 'string', pattern: '^[^#]+$' },
        variant: { type: 'string', pattern: '^[^#]+$' },
      },
      required: ['providerID', 'model'],
      additionalProperties: false,
    },
  },
  { at: ['Config', 'skills'], also: texts },
  { at: ['Config', 'snapshots'], also: anything },
  { at: ['Config', 'media'], also: anything },
  { at: ['Config', 'commands'], also: anything },
  { at: ['Config', 'compaction', 'keep'], also: anything },
  { at: ['Config', 'compaction', 'buffer'], also: anything },
  { at: ['Config', 'experimental', 'subagent_depth'], also: anything },
  { at: ['Config', 'experimental', 'portable_shell_scanner'], also: anything },
  // Servers below `servers`, unless that is itself one that is called so.
  { at: ['Config', 'mcp', 'servers'], also: { type: 'object' } },
  { at: ['Config', 'mcp', 'timeout'], also: timeoutsOf2 },
  { at: ['Config', 'mcp', '*'], also: SERVERS_OF_2 },
  // The one form of OpenCode 2 with which it does not start. At the root another rule tells of it.
  { at: ['AgentConfig', 'permissions'], also: NOTHING },
  {
    at: ['Config', 'agents'],
    also: { additionalProperties: { properties: { permissions: NOTHING } } },
  },
]
