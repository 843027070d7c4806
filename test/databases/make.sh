#!/bin/sh
# How the databases in this folder were made, with sqlite3 3.40 on Linux. They are as OpenCode makes them: the table
# `credential` is that of 1.18.33, whose bundled parts of 2.x fill it in.
set -eu
cd "$(dirname "$0")"
rm -f ./*.db ./*.db-*

credential='CREATE TABLE `credential` (
          `id` text PRIMARY KEY,
          `integration_id` text,
          `label` text NOT NULL,
          `value` text NOT NULL,
          `connector_id` text,
          `method_id` text,
          `active` integer,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL
        );'

# Small pages: trees of several levels, for the schema too, and long values in chains of pages.
{
  echo 'PRAGMA page_size = 512;'
  echo 'BEGIN;'
  for number in $(seq 1 12); do
    echo "CREATE TABLE \`before_$number\` (\`id\` text PRIMARY KEY, \`text\` text DEFAULT '$(printf '%0200d' 0)');"
  done
  echo "$credential"
  for number in $(seq 1 40); do
    echo "INSERT INTO credential VALUES ('cred_$number', 'provider-$number', 'label $number',
      '{\"type\":\"key\",\"key\":\"test-key-$(printf '%0*d' $((number * 40)) 0)\"}', NULL, NULL, $((number % 2)), 0, 0);"
  done
  echo 'CREATE TABLE `session` (`id` text PRIMARY KEY);'
  echo 'COMMIT;'
} | sqlite3 small-pages.db

# A log: of an earlier round, written over by a later one, and with what was never committed at its end.
sqlite3 logged.db <<SQL || true
PRAGMA page_size = 1024;
PRAGMA journal_mode = WAL;
CREATE TABLE session (id text PRIMARY KEY);
CREATE TABLE filler (bytes blob);
$credential
INSERT INTO credential VALUES
  ('cred_1', 'acme', 'first', '{"type":"key","key":"test-key-acme"}', NULL, NULL, 1, 0, 0),
  ('cred_2', 'gone', 'default', '{"type":"key","key":"test-key-gone"}', NULL, NULL, 1, 0, 0);
INSERT INTO filler VALUES (zeroblob(20000));
PRAGMA wal_checkpoint(RESTART);
UPDATE credential SET label = 'second' WHERE integration_id = 'acme';
DELETE FROM credential WHERE integration_id = 'gone';
INSERT INTO credential (id, integration_id, label, value, time_created, time_updated) VALUES
  ('cred_3', 'imported', 'default', '{"type":"key","key":"test-key-imported"}', 0, 0);
INSERT INTO credential VALUES
  ('cred_4', 'other', 'spare', '{"type":"key","key":"test-key-other"}', NULL, NULL, 0, 0, 0);
ALTER TABLE credential ADD COLUMN \`colour, (of "it")\` text DEFAULT 'red';
CREATE TABLE session_v2 (id text PRIMARY KEY);
PRAGMA cache_size = 1;
BEGIN;
UPDATE credential SET label = 'never';
CREATE TABLE never (id text);
INSERT INTO filler VALUES (zeroblob(9000)), (zeroblob(9000));
.shell kill -9 \$PPID
SQL
rm -f logged.db-shm
