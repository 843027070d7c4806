import type { Rule } from '../rule.ts'

const configSyntax: Rule = {
  code: 'config-syntax',
  severity: 'error',
  title: 'a config file that is no JSON, comments and trailing commas allowed',
  cause:
    'OpenCode 1 does not start with it, and prints the whole file with every key filled in; OpenCode 2 leaves the file out and only logs that',
  fix: 'correct the place by hand; what is wrong may begin a line earlier',
  source: 'contract 1.4; anomalyco/opencode#29200',
  check: ({ layers }) =>
    layers.flatMap(({ file, text, problem }) =>
      problem === undefined || problem.code === 'root-not-object'
        ? []
        : [{ message: problem.message, at: { file, text, offset: problem.offset } }],
    ),
}

export const configFileRules: readonly Rule[] = [configSyntax]
