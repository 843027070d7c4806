// Where and with what was measured.
import { readFile } from 'node:fs/promises'
import { cpus, release, totalmem } from 'node:os'
import { runCommand } from '../scripts/command.mjs'
import { OPENCODE_VERSION, root, whyNoOpenCode } from '../scripts/set-up.mjs'
import { peakSource } from './measure.mjs'

/**
 * @param {ReadonlyMap<string, string>} tools by name, their versions
 * @returns {Promise<import('./report.mjs').Setting>}
 */
export async function settingOf(tools) {
  const processors = cpus()
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  const model = processors[0]?.model.trim() ?? 'unknown processor'
  const openCode = (await whyNoOpenCode()) === undefined ? [`OpenCode ${OPENCODE_VERSION}`] : []
  return {
    date: new Date().toISOString().slice(0, 10),
    facts: [
      ['machine', `${processors.length} × ${model}, ${gigabytes} GB`],
      ['system', `${await distribution()}, ${process.platform} ${release()} ${process.arch}`],
      ['opgen', await commit()],
      ['Node', process.version.slice(1)],
      ['others', [...openCode, ...tools.values()].join('; ') || 'none'],
      ['peaks by', peakSource()],
    ],
  }
}

async function distribution() {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? 'an unnamed system'
}

async function commit() {
  const { stdout, status } = await runCommand('git', ['rev-parse', '--short', 'HEAD'], {
    folder: root,
  })
  if (status !== 0) return 'no commit'
  const watched = ['src', 'templates', 'package-lock.json', 'scripts/build.mjs']
  const changes = await runCommand('git', ['status', '--porcelain', '--', ...watched], {
    folder: root,
  })
  return `${stdout.trim()}${changes.stdout === '' ? '' : ' with changes'}`
}
