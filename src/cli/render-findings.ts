import { displayPath } from '../app/paths.ts'
import type { Health } from '../app/check-health.ts'
import type { Severity } from '../core/diagnostic.ts'
import type { Finding } from '../core/doctor/finding.ts'
import type { Rule } from '../core/doctor/rule.ts'
import { harmless, severityWord } from '../core/format-diagnostic.ts'
import type { CommandContext } from './command.ts'
import type { Paint } from './paint.ts'
import { shadeOf } from './render-diagnostics.ts'
import { wrapped } from './wrapped.ts'

/** What doctor found, the worst first, with a closing line that counts it. */
export function renderFindings(
  context: Pick<CommandContext, 'session' | 'paint' | 'quiet' | 'verbose'>,
  { diagnoses, looked }: Health,
): string {
  const findings = diagnoses.map(({ finding }) => finding)
  const shown = findings.filter(({ severity }) => !context.quiet || severity !== 'info')
  const blocks = shown.map((finding) => renderFinding(context, finding))
  const repairs = diagnoses.filter(({ repair }) => repair !== undefined).length
  const last = [closing(findings, looked), ...advice(findings, repairs)]
  return [...blocks, ...last].map((block) => `${block}\n`).join('')
}

function renderFinding(
  { session, paint, verbose }: Pick<CommandContext, 'session' | 'paint' | 'verbose'>,
  finding: Finding,
): string {
  const { severity, code, message, cause, fix, source } = finding
  const place = placeOf(finding, (file) => displayPath(session.system.machine, file))
  const word = `${severityWord(severity)}:`
  const [first = '', ...others] = wrapped(`${word} ${harmless(message)} [${code}]`, WIDTH - 2)
  const coloured = shadeOf(severity, paint)(paint.bold(word)) + first.slice(word.length)
  const head = [
    ...(place === '' ? [] : [harmless(place)]),
    ...[coloured, ...others.map((line) => `  ${line}`)].map((line) => dimCode(line, code, paint)),
  ]
  const lines = [
    ...head,
    ...labelled('why', cause, paint),
    ...labelled('fix', fix, paint),
    ...(verbose ? labelled('see', source, paint) : []),
  ]
  return `${lines.join('\n')}\n`
}

/** The code stands last, and is for scripts and for `opgen doctor CODE`. */
function dimCode(line: string, code: string, paint: Paint): string {
  return line.replace(`[${code}]`, () => paint.dim(`[${code}]`))
}

function placeOf({ file, line, column }: Finding, display: (file: string) => string): string {
  if (file === undefined) return ''
  const shown = file.includes('/') || file.includes('\\') ? display(file) : file
  return line === undefined ? shown : `${shown}:${line}:${column}`
}

function labelled(label: string, text: string, paint: Paint): readonly string[] {
  const [first = '', ...others] = wrapped(harmless(text), WIDTH - 7)
  return [`  ${paint.dim(`${label}:`)} ${first}`, ...others.map((line) => `       ${line}`)]
}

const WIDTH = 80

function closing(findings: readonly Finding[], looked: readonly string[]): string {
  const count = (severity: Severity, word: string): readonly string[] => {
    const number = findings.filter((finding) => finding.severity === severity).length
    return number === 0 ? [] : [`${number} ${word}${number === 1 ? '' : 's'}`]
  }
  const counts = [
    ...count('error', 'error'),
    ...count('warning', 'warning'),
    ...count('info', 'note'),
  ]
  const files = `${looked.length} ${looked.length === 1 ? 'file' : 'files'} looked at`
  if (counts.length === 0) return `No problem found: ${files}.`
  return `${counts.join(', ')}; ${files}.`
}

function advice(findings: readonly Finding[], repairs: number): readonly string[] {
  if (findings.length === 0) return []
  const explains = '`opgen doctor CODE` explains a code.'
  return [
    repairs === 0
      ? explains
      : `\`opgen doctor --fix\` knows ${repairs === 1 ? 'a repair' : `${repairs} repairs`}. ${explains}`,
  ]
}

/** One rule at length. */
export function renderRule(
  { code, severity, title, cause, fix, source }: Rule,
  paint: Paint,
): string {
  const head = `${paint.bold(code)} (${severityWord(severity)}): ${title}`
  const parts = [...wrapped(head, WIDTH), '']
  for (const [label, text] of [
    ['why', cause],
    ['fix', fix],
    ['known from', source],
  ] as const) {
    const [first = '', ...others] = wrapped(text, WIDTH - label.length - 2)
    const indent = ' '.repeat(label.length + 2)
    parts.push(`${paint.dim(`${label}:`)} ${first}`, ...others.map((line) => `${indent}${line}`))
  }
  return `${parts.join('\n')}\n`
}
