import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readDocument, root } from './markdown.ts'

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions: Permissions
  readonly jobs: Readonly<Record<string, Job>>
}

interface Job {
  readonly needs?: string
  readonly uses?: string
  readonly permissions?: Permissions
  readonly 'timeout-minutes'?: number
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> }
  readonly steps?: readonly Step[]
}

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

type Permissions = Readonly<Record<string, string>>

const names = readdirSync(path.join(root, '.github/workflows'))
const workflow = (name: string): Workflow => parse(readDocument(`.github/workflows/${name}`))
const stepsOf = ({ jobs }: Workflow): readonly Step[] =>
  Object.values(jobs).flatMap(({ steps }) => steps ?? [])
const { scripts } = JSON.parse(readDocument('package.json'))

describe.each(names)('the workflow %s', (name) => {
  const { permissions, jobs } = workflow(name)
  const steps = stepsOf(workflow(name))

  test('runs scripts that there are', () => {
    const lines = steps.flatMap(({ run }) => run?.split('\n') ?? [])
    const called = lines.flatMap((line) => {
      const script = /^npm (?:run (?:--silent )?(\S+)|(test)\b)/.exec(line.trim())
      return script === null ? [] : [script[1] ?? script[2] ?? '']
    })
    expect(called.filter((script) => !Object.hasOwn(scripts, script))).toEqual([])
    expect(called).not.toEqual([])
  })

  test('pins what it uses to commits, and leaves no credentials to what runs', () => {
    const used = steps.filter(({ uses }) => uses !== undefined)
    expect(used.filter(({ uses = '' }) => !/^actions\/[\w-]+@[\da-f]{40}$/.test(uses))).toEqual([])
    const checkouts = used.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'))
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([])
  })

  test('may read, uses no secret, ends, and puts no text of others into a shell', () => {
    expect(permissions).toEqual({ contents: 'read' })
    expect(readDocument(`.github/workflows/${name}`)).not.toContain('secrets.')
    const own = Object.values(jobs).filter(({ uses }) => uses === undefined)
    expect(own.filter((job) => job['timeout-minutes'] === undefined)).toEqual([])
    expect(steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([])
  })
})

describe('CI', () => {
  const { on, jobs } = workflow('ci.yml')

  test('runs for pushes and pull requests, on three systems and three versions of Node', () => {
    expect(Object.keys(on)).toEqual(['push', 'pull_request', 'workflow_call'])
    expect(jobs['fast']?.strategy?.matrix).toEqual({
      os: ['ubuntu-latest', 'macos-latest', 'windows-latest'],
      node: [20, 22, 24],
    })
    expect(jobs['all']?.strategy?.matrix).toEqual({ node: [20, 22, 24] })
  })
})

describe('a release', () => {
  const { on, jobs } = workflow('release.yml')

  test('begins with a tag, and publishes after the notes and all tests', () => {
    expect(on).toEqual({ push: { tags: ['v*'] } })
    expect(jobs['test']).toEqual({ needs: 'notes', uses: './.github/workflows/ci.yml' })
    expect(jobs['publish']?.needs).toBe('test')
    expect(jobs['announce']?.needs).toBe('publish')
    const lines = jobs['publish']?.steps?.map(({ run = '' }) => run).join('\n')
    expect(lines).toContain('npm publish --provenance --access public')
  })

  test('lets one job prove who it is to npm, and another make the release', () => {
    const granted = Object.entries(jobs).flatMap(([name, job]) =>
      job.permissions === undefined ? [] : [[name, job.permissions]],
    )
    expect(Object.fromEntries(granted)).toEqual({
      publish: { contents: 'read', 'id-token': 'write' },
      announce: { contents: 'write' },
    })
  })

  test('is made by `npm version`, which dates the changelog', () => {
    expect(scripts.version).toBe('node scripts/version.mjs && git add CHANGELOG.md')
  })
})
