import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TrackunitError } from '../../sdk/index.ts';
import { correctAnalysis } from '../analyses/acts.ts';
import type { Analysis, Machine } from '../analyses/documents.ts';
import { machineOf } from '../analyses/machine.ts';
import { useServices } from '../signed-in/services.ts';

const fields = ['brand', 'type', 'model'] as const;
const longest = 100;

/** The owner's words in place of what was recognised. */
export function CorrectionForm({ analysis }: { analysis: Analysis }) {
  const { t } = useTranslation();
  const { client, live } = useServices();
  const [isOpen, setOpen] = useState(false);
  const [state, setState] = useState<'idle' | 'saving' | 'saved' | { failure: string }>('idle');
  const id = useId();
  const machine = machineOf(analysis);
  const save = async (words: Machine) => {
    setState('saving');
    try {
      const correction = await correctAnalysis(client, analysis.correlationId, words);
      live.put([{ ...analysis, correction }]); // its event comes too, to the other devices as well
      setState('saved');
      setOpen(false);
    } catch (error) {
      console.error(error);
      setState({ failure: error instanceof TrackunitError ? error.message : String(error) });
    }
  };
  return (
    <section>
      <p role="status">{state === 'saved' && t('analysis.saved')}</p>
      {isOpen ? (
        <form
          className="correction"
          onSubmit={(event) => {
            event.preventDefault();
            const data = new FormData(event.currentTarget);
            const word = (name: string) => (data.get(name) as string).trim() || null;
            void save({ brand: word('brand'), type: word('type'), model: word('model') });
          }}
        >
          {fields.map((field) => (
            <label key={field} htmlFor={id + field}>
              {t(`field.${field}`)}
              <input
                id={id + field}
                name={field}
                maxLength={longest}
                autoComplete="off"
                defaultValue={machine[field] ?? ''}
              />
            </label>
          ))}
          <div className="choices">
            <button className="primary" disabled={state === 'saving'}>
              {t('analysis.save')}
            </button>
            <button type="button" onClick={() => setOpen(false)}>
              {t('analysis.undo')}
            </button>
          </div>
          <p role="alert">
            {typeof state === 'object' && t('analysis.actFailed', { reason: state.failure })}
          </p>
        </form>
      ) : (
        <button type="button" onClick={() => setOpen(true)}>
          {t('analysis.wrong')}
        </button>
      )}
    </section>
  );
}
