import { defineConfig } from 'vitest/config'

const define = { OPGEN_VERSION: JSON.stringify('0.0.0-test') }

export default defineConfig({
  test: {
    projects: [
      {
        define,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 60_000,
          // No test leaves anything behind, so one process can run them all: loading takes the time.
          isolate: false,
        },
      },
      {
        define,
        test: {
          name: 'golden',
          include: ['test/{golden,diagnostics,doctor}/*.test.ts'],
          testTimeout: 60_000,
          isolate: false,
        },
      },
      {
        // What takes too long for every change: whole corpora through the whole program.
        define,
        test: {
          name: 'corpus',
          include: ['test/{yaml,import}/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          isolate: false,
        },
      },
      {
        define,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The built program and real disks, disturbed: killed, raced, filled up.
        define,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          isolate: false,
        },
      },
    ],
  },
})
