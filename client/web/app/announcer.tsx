import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { certaintyOf, nameOf } from '../analyses/machine.ts';
import { remedyIn } from '../language/language.ts';
import { useServices } from '../signed-in/services.ts';

/** Tells a screen reader of each result as it comes. */
export function Announcer() {
  const { t } = useTranslation();
  const { live } = useServices();
  const [text, setText] = useState('');
  useEffect(
    () =>
      live.onEvent((event) => {
        if (event.state !== 'completed') return;
        const analysis = live.get(event.correlationId);
        if (analysis === undefined || analysis === 'deleted') return;
        const { failure } = analysis;
        setText(
          failure === null
            ? t('announce.result', {
                name: nameOf(analysis) ?? t('row.unknownMachine'),
                certainty: t(`certainty.${certaintyOf(analysis)}`),
              })
            : t('announce.failed', { remedy: remedyIn(failure.code, failure.message) }),
        );
      }),
    [live, t],
  );
  return (
    <p className="unseen" role="status">
      {text}
    </p>
  );
}
