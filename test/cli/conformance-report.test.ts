import { expect, test } from 'vitest';
import { drawReport, summary } from '../../cli/conformance/report.ts';
import type { Row } from '../../cli/conformance/trials/trial.ts';

test('draws the report as a table of 80 columns', () => {
  const rows: Row[] = [
    {
      id: 'delete-last',
      question: 'Is the last password protected?',
      documented: 'cannot_delete_last_password',
      assumed: 'protected',
      observed: '400 cannot_delete_last_password',
      verdict: 'as assumed',
    },
    {
      id: 'rules',
      question: 'Are there any?',
      documented: '',
      assumed: 'yes',
      observed: '200',
      verdict: 'differs',
    },
  ];
  const rule = '--------------------  ----------------  ----------------  ------------  --------';
  expect(drawReport(rows, (_style, text) => text)).toEqual([
    'question              this cluster      documentation     we assume     fits?',
    rule,
    'delete-last           400               cannot_delete_    protected     yes',
    'Is the last password  cannot_delete_    last_password',
    'protected?            last_password',
    rule,
    'rules                 200               nothing           yes           no',
    'Are there any?',
  ]);
  expect(summary(rows, 3)).toBe('2 of 3 questions: 1 as assumed, 1 differ (rules), 0 not tried.');
});
