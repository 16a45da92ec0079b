import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Filter } from '../analyses/documents.ts';
import { searchOf } from '../analyses/filter.ts';
import { useServices } from '../signed-in/services.ts';

const formats = {
  csv: { format: 'csv' },
  excel: { format: 'csv', dialect: 'excel-da' },
  jsonl: { format: 'jsonl' },
} as const;

/** What the filter shows, as a file. The token goes in a header, never in an address. */
export function ExportButtons({ filter }: { filter: Filter }) {
  const { t } = useTranslation();
  const { session, account } = useServices();
  const [state, setState] = useState<'idle' | 'exporting' | 'failed'>('idle');
  const save = async (name: keyof typeof formats) => {
    setState('exporting');
    try {
      const search = new URLSearchParams([...searchOf(filter), ...Object.entries(formats[name])]);
      const answer = await fetch(`/export?${search}`, {
        headers: { authorization: `Bearer ${await session.tokenOf(account.owner)()}` },
      });
      if (!answer.ok) throw new Error(`/export answered ${answer.status}`);
      saveAs(await answer.blob(), fileNameOf(answer) ?? `analyses.${formats[name].format}`);
      setState('idle');
    } catch (error) {
      console.error(error);
      setState('failed');
    }
  };
  return (
    <details className="export">
      <summary>{t('history.export')}</summary>
      <p>{t('history.exportHint')}</p>
      <div className="choices">
        {(Object.keys(formats) as (keyof typeof formats)[]).map((name) => (
          <button
            key={name}
            type="button"
            disabled={state === 'exporting'}
            onClick={() => void save(name)}
          >
            {t(`history.${name}`)}
          </button>
        ))}
      </div>
      <p role="status">
        {state === 'exporting' && t('history.exporting')}
        {state === 'failed' && t('history.failed')}
      </p>
    </details>
  );
}

const fileNameOf = ({ headers }: Response) =>
  /filename="([^"]+)"/.exec(headers.get('content-disposition') ?? '')?.[1];

function saveAs(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
