/**
 * The manifest that `opgen init` writes: valid as it stands, and with every example made real. An
 * example is each run of lines that begin with `#` and no space.
 *
 * @param version of this opgen, whose JSON Schema the manifest names
 */
export function firstManifest(version: string): string {
  return `${schemaLine(version)}

# The providers that OpenCode knows. No key is in this file, so it can be in git.
# Take the "#" from the lines of an example to use it, then look with \`opgen plan\`.
version: 1

# The model that OpenCode starts with, and the one for titles and summaries:
#model: ollama/qwen3-coder:30b
#small_model: ollama/qwen3-coder:30b

providers:
  # Models on this computer. No key is needed.
  ollama:
    preset: ollama # http://localhost:11434/v1
    models: # as \`ollama list\` names them
      - "qwen3-coder:30b"

  # A gateway, or any API like OpenAI's. Store its key with \`opgen key set gateway\`.
  #gateway:
  #  baseURL: https://llm.example.com/v1
  #  models:
  #    - vendor/model
  #    - id: vendor/other-model
  #      name: Other model # in OpenCode's list
  #      limit: { context: 200000, output: 32000 } # tokens

  # A server that takes its key from the keychain, or else from a variable; elsewhere it needs none.
  #lab:
  #  baseURL: http://localhost:8000/v1
  #  key: [keychain, { env: LAB_KEY }, none]
  #  models: [some-model]

  # A provider that OpenCode knows by itself, with its models; only the key is missing.
  #openrouter:
  #  preset: openrouter
  #  key: keychain

# What differs on some computers. "when" asks for hostname, os, arch, user, profile or env.
#machines:
#  work:
#    when: { hostname: "work-*" }
#    providers:
#      corp:
#        baseURL: https://llm.corp.example/v1
#        models: [some-model]
#      ollama: { baseURL: "http://gpu.work.example:11434/v1" }
`
}

/** The first line of a manifest, by which editors know what may stand in it. */
export function schemaLine(version: string): string {
  return `# yaml-language-server: $schema=https://unpkg.com/opgen@${version}/schema/providers.schema.json`
}

/** The file of what is true of one computer alone, which \`opgen init --profile\` writes. */
export function firstLocal(profile: string): string {
  return `# What is true of this computer alone. Not for git: the manifest is what is shared.

# Overlays and providers may ask for it with \`when: { profile: … }\`. \`--profile NAME\` and
# $OPGEN_PROFILE come before it.
profile: ${JSON.stringify(profile)}

# The overlay of the manifest that is this computer's, whatever its "when" says:
#machine: work

# More values for {{vars.NAME}} in the manifest:
#vars:
#  lab: http://localhost:11434
`
}
