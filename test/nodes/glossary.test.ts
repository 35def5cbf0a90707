import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLAIN_EVENTS } from '../../lib/alarm/plain-event';
import { PRIORITIES } from '../../lib/alarm/settings';
import { ALARM_ACTIONS, ALARM_EVENTS, ALARM_STATES } from '../../lib/alarm/transitions';
import { LEVELS } from '../../lib/alarm/verdict';
import { checkout } from '../harness/user-dir';

type Words = Readonly<Record<string, string>>;

const LANGUAGES = ['en-US', 'de', 'zh-CN'] as const;
const locale = (...path: string[]): string => join(checkout, 'nodes', 'locales', ...path);

function wordsAt(language: string, file: string, key: string): Words {
  const content: unknown = JSON.parse(readFileSync(locale(language, `${file}.json`), 'utf8'));
  return key.split('.').reduce((at, part) => (at as Record<string, unknown>)[part], content) as Words;
}

const page = readFileSync(join(checkout, 'docs', 'words.md'), 'utf8');

/** The words of a section of docs/words.md in a language, by what they are called in messages. */
function onPage(section: string, language: (typeof LANGUAGES)[number]): Words {
  const lines = page.split(`## ${section}\n`)[1].split('\n## ')[0].split('\n');
  const rows = lines.filter((line) => line.startsWith('| `')).map((line) => line.split('|').map((cell) => cell.trim()));
  return Object.fromEntries(rows.map((cells) => [cells[1].slice(1, -1), cells[2 + LANGUAGES.indexOf(language)]]));
}

const plain = (word: string): string => word.replace(/\s?…$/, '').toLowerCase();
const plainly = (words: Words): Words =>
  Object.fromEntries(Object.entries(words).map(([key, word]) => [key, plain(word)]));

/** What was called otherwise once, or is called so elsewhere for another thing. */
const NO_MORE: Readonly<Record<string, readonly RegExp[]>> = {
  'en-US': [/\bOver but latched\b/, /\bannunciated again\b/],
  de: [/Prozessstufe/, /in Bewegung/, /dauert seit (?![^,.]* an\b)/, /dauerte bisher/, /(?<!Selbst)\bHaltung\b/],
  'zh-CN': [/工厂/, /模拟装置/, /警报/, /告警/, /异常时段/, /[。：；，！？] /],
}; // prettier-ignore

describe('the words of alarms', () => {
  it('are there for every state, event and priority', () => {
    const sorted = (words: object): string[] => Object.keys(words).sort();
    assert.deepEqual(sorted(wordsAt('en-US', 'swat-plant', 'alarm.state')), [...ALARM_STATES].sort());
    assert.deepEqual(sorted(wordsAt('en-US', 'swat-plant', 'alarm.event')), [...ALARM_EVENTS, ...PLAIN_EVENTS].sort());
    assert.deepEqual(sorted(wordsAt('en-US', 'swat-plant', 'alarm.priority')), [...PRIORITIES].sort());
    assert.deepEqual(sorted(wordsAt('en-US', 'swat-plant', 'alarm.level')), LEVELS.filter((each) => each !== 'NONE').sort());
    const actions = ALARM_ACTIONS.filter((each) => each !== 'reset');
    assert.deepEqual(sorted(wordsAt('en-US', 'swat-model', 'swat-model.desk.do')), actions.sort());
  }); // prettier-ignore

  for (const language of LANGUAGES) {
    it(`are those of docs/words.md (${language})`, () => {
      for (const [section, key] of [['States', 'state'], ['Events', 'event'], ['Priorities', 'priority']])
        assert.deepEqual(onPage(section, language), wordsAt(language, 'swat-plant', `alarm.${key}`));
      assert.deepEqual(plainly(onPage('Actions', language)), plainly(wordsAt(language, 'swat-model', 'swat-model.desk.do')));
    }); // prettier-ignore

    it(`are the same on every screen (${language})`, () => {
      const inEditor = plainly(wordsAt(language, 'swat-model', 'swat-model.desk.do'));
      const buttons = Object.entries(wordsAt(language, 'swat-dashboard', 'desk.button'));
      assert.deepEqual(buttons.map(([command, word]) => [command, plain(word)]), buttons.map(([command]) => [command, inEditor[command]])); // prettier-ignore
      assert.deepEqual(wordsAt(language, 'swat-alert', 'swat-alert.priority'), wordsAt(language, 'swat-plant', 'alarm.priority')); // prettier-ignore
      assert.deepEqual(wordsAt(language, 'swat-dashboard', 'actuator'), wordsAt(language, 'swat-plant', 'sentences.actuator')); // prettier-ignore
    });

    it(`do not come back to what was given up (${language})`, () => {
      const files = readdirSync(locale(language)).map((file) => [file, readFileSync(locale(language, file), 'utf8')]);
      const found = files.flatMap(([file, text]) =>
        NO_MORE[language].filter((each) => each.test(text)).map((each) => `${file}: ${each}`),
      );
      assert.deepEqual(found, []);
    });
  }

  it('call a stage of the plant and a level differently in German', () => {
    const files = readdirSync(locale('de')).filter((file) => file.endsWith('.json'));
    const called = files.flatMap((file) => {
      const lines = readFileSync(locale('de', file), 'utf8').split('\n');
      return lines.filter((line) => /^\s*"(?:stage|noStage|stageNamed|raisedStages)": /.test(line));
    });
    assert.ok(called.length >= 5);
    assert.deepEqual(called.filter((line) => /Stufe/i.test(line)), []);
  }); // prettier-ignore
});
