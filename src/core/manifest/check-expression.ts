import { nearest } from '../nearest.ts'
import {
  DEFAULT_HINT,
  FORMS_HINT,
  isShowable,
  machineName,
  writeInstead,
} from './expression-slips.ts'
import type { Expression, Refusal } from './expression.ts'
import { quote } from './words.ts'

/** An expression as it was written: `upper vars.x "y"`. */
export interface Call {
  readonly path: readonly string[]
  readonly args: readonly Argument[]
}

/** `text` of a path or a literal is what was written, without brackets. */
export interface Argument {
  readonly kind: 'text' | 'path' | 'literal'
  readonly text: string
}

export type CheckedExpression =
  | { readonly ok: true; readonly expression: Expression }
  | (Refusal & { readonly ok: false })

const BRACKETS_HINT = 'put a name with spaces in brackets: `{{vars.[two words]}}`'

const PROTOTYPE_NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype']

/** Decide what an expression stands for; most that Handlebars understands stands for nothing here. */
export function checkExpression(call: Call): CheckedExpression {
  const [head = ''] = call.path
  if (head === 'env') return checkEnv(call)
  if (head === 'vars' || head === 'machine') return checkValue(call)
  if (isNearEnv(head, call)) {
    return refuse(`there is no ${quote(head)} in expressions`, envHint(call))
  }
  return call.args.length > 0 ? refuseHelper(head, call.args) : refuseName(call.path)
}

function checkValue({ path, args }: Call): CheckedExpression {
  const [head = '', ...names] = path
  if (args.length > 0) {
    const hint = args.every(({ kind }) => kind === 'path') ? BRACKETS_HINT : DEFAULT_HINT
    return refuse(`nothing can follow ${quote(path.join('.'))} in an expression`, hint)
  }
  if (names.length === 0) {
    const example = head === 'machine' ? 'machine.hostname' : 'vars.NAME'
    return refuse(`${quote(head)} is a map, and an expression is a value`, writeInstead(example))
  }
  const forbidden = names.find((name) => PROTOTYPE_NAMES.includes(name))
  if (forbidden !== undefined) {
    return refuse(`${quote(forbidden)} cannot be a name`, 'give the value another name')
  }
  return { ok: true, expression: { kind: 'value', path } }
}

function checkEnv(call: Call): CheckedExpression {
  const [first, second, third] = call.args
  if (call.path.length > 1 || first === undefined) {
    return refuse('"env" is followed by the name of an environment variable', envHint(call))
  }
  if (first.kind !== 'text') {
    return refuse('the name of an environment variable is in quotes here', envHint(call))
  }
  const name = first.text
  if (!isVariableName(name)) {
    return refuse(
      `${quote(name)} cannot be the name of an environment variable`,
      'a name is made of letters, digits and _, e.g. `{{env "ACME_HOST"}}`',
    )
  }
  if (second !== undefined && second.kind !== 'text') {
    return refuse('the default of an environment variable is in quotes', envHint(call))
  }
  if (third !== undefined) {
    return refuse(
      '"env" takes a name and a default, and no more',
      writeInstead('env "NAME" "default"'),
    )
  }
  return { ok: true, expression: { kind: 'env', name, fallback: second?.text } }
}

function isVariableName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text)
}

/** `ENV`, `getenv`, `environ`, `$env`, `process.env`, or a slip of the finger before a text. */
function isNearEnv(head: string, { path, args }: Call): boolean {
  if (/^(?:\$|get|os_?)?env(?:iron|ironment)?$/i.test(head)) return true
  if (head === 'process' && path[1] === 'env') return true
  return args[0]?.kind === 'text' && nearest(head, ['env']) !== undefined
}

/** Spell the call as it was meant: `env.X`, `env X`, `ENV "X"`, `process.env.X`, `env "PORT" 80`. */
function envHint({ path, args }: Call): string {
  const [first, second] = args
  const name = first?.text ?? path.findLast((_, index) => index > 0) ?? ''
  const shown = isVariableName(name) && name !== 'env' && isShowable(name) ? name : 'NAME'
  if (second === undefined) return writeInstead(`env "${shown}"`)
  const fallback = /^[\w.:/-]{1,60}$/.test(second.text) ? second.text : 'default'
  return writeInstead(`env "${shown}" "${quote(fallback).slice(1, -1)}"`)
}

function refuseHelper(head: string, args: readonly Argument[]): CheckedExpression {
  const value = args.find(({ kind, text }) => kind === 'path' && /^(?:vars|machine)\../.test(text))
  const hint =
    value === undefined || !isShowable(value.text)
      ? FORMS_HINT
      : `${writeInstead(value.text)}: a value is written as it is`
  return refuse(`there is no helper ${quote(head)} in expressions`, hint)
}

function refuseName(path: readonly string[]): CheckedExpression {
  const [head = '', ...names] = path
  return refuse(
    `an expression starts with "vars", "machine" or "env", not with ${quote(head)}`,
    nameHint(head, names),
  )
}

function nameHint(head: string, names: readonly string[]): string {
  const rest = names.join('.')
  const all = [head, ...names].join('.')
  if (![head, ...names].every(isShowable)) return FORMS_HINT
  if (names.length > 0) {
    const near = nearest(head, ['vars', 'machine'])
    return writeInstead(near === undefined ? `vars.${all}` : `${near}.${rest}`)
  }
  const fact = machineName(head)
  if (fact !== undefined) return writeInstead(`machine.${fact}`)
  return writeInstead(/^[A-Z][A-Z\d_]*$/.test(head) ? `env "${head}"` : `vars.${head}`)
}

function refuse(message: string, hint: string): CheckedExpression {
  return { ok: false, message, hint }
}
