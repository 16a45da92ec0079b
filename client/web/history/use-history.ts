// The list of one filter: pages by cursor as they are needed, and what comes while it is open.
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { readPage, type Filter } from '../analyses/documents.ts';
import { matches } from '../analyses/filter.ts';
import { useServices } from '../signed-in/services.ts';
import { useValue } from '../tabs/value.ts';

interface History {
  readonly ids: readonly string[];
  /** Came while the person was reading further down. */
  readonly unseen: readonly string[];
  readonly state: 'more' | 'reading' | 'end' | 'failed';
  readonly next: string | null;
}

type Change =
  | { readonly reading: true }
  | { readonly failed: true }
  | { readonly page: readonly string[]; readonly next: string | null }
  | { readonly come: string; readonly atTop: boolean }
  | { readonly gone: string }
  | { readonly shown: true };

const empty: History = { ids: [], unseen: [], state: 'more', next: null };

function change(history: History, by: Change): History {
  if ('reading' in by) return { ...history, state: 'reading' };
  if ('failed' in by) return { ...history, state: 'failed' };
  if ('shown' in by) return { ...history, ids: [...history.unseen, ...history.ids], unseen: [] };
  if ('gone' in by) {
    const without = (ids: readonly string[]) => ids.filter((id) => id !== by.gone);
    return { ...history, ids: without(history.ids), unseen: without(history.unseen) };
  }
  const known = new Set([...history.ids, ...history.unseen]);
  if ('page' in by) {
    const ids = [...history.ids, ...by.page.filter((id) => !known.has(id))];
    return { ...history, ids, next: by.next, state: by.next === null ? 'end' : 'more' };
  }
  if (known.has(by.come)) return history;
  return by.atTop
    ? { ...history, ids: [by.come, ...history.ids] }
    : { ...history, unseen: [by.come, ...history.unseen] };
}

export function useHistory(filter: Filter) {
  const { client, live } = useServices();
  const [history, apply] = useReducer(change, empty);
  const reading = useRef<AbortController>(undefined);
  const { next } = history;

  const readMore = useCallback(() => {
    if (reading.current !== undefined) return;
    const read = (reading.current = new AbortController());
    apply({ reading: true });
    void readPage(client, filter, { after: next, signal: read.signal })
      .then(
        (page) => {
          live.put(page.analyses);
          const there = page.analyses.filter((one) => live.get(one.correlationId) !== 'deleted');
          apply({ page: there.map(({ correlationId }) => correlationId), next: page.next });
        },
        (error: unknown) => {
          if (read.signal.aborted) return;
          console.error(error);
          apply({ failed: true });
        },
      )
      .finally(() => {
        if (reading.current === read) reading.current = undefined;
      });
  }, [client, live, filter, next]);

  useEffect(
    () => () => {
      reading.current?.abort(new Error('not shown any more'));
      reading.current = undefined;
    },
    [],
  );

  useEffect(
    () =>
      live.subscribe(() => {
        // a deletion here is hidden before its event has come
        for (const id of shownNow.current) if (live.get(id) === 'deleted') apply({ gone: id });
      }),
    [live],
  );
  const shownNow = useRef<readonly string[]>([]);
  useEffect(() => {
    shownNow.current = history.ids;
  }, [history.ids]);

  useEffect(
    () =>
      live.onEvent(({ correlationId }) => {
        const analysis = live.get(correlationId);
        if (analysis === undefined || analysis === 'deleted' || !matches(filter, analysis)) return;
        apply({ come: correlationId, atTop: scrollY < 200 });
      }),
    [live, filter],
  );

  // A stream that began without knowing where the last one ended: what came between is on the first page.
  const beginning = useValue(live.beginnings);
  const seenBeginning = useRef(beginning);
  useEffect(() => {
    if (seenBeginning.current === beginning) return;
    seenBeginning.current = beginning;
    const read = new AbortController();
    readPage(client, filter, { signal: read.signal }).then(
      ({ analyses }) => {
        live.put(analyses);
        for (const { correlationId } of [...analyses].reverse())
          apply({ come: correlationId, atTop: scrollY < 200 });
      },
      (error: unknown) => {
        if (!read.signal.aborted) console.warn(error); // the list itself says what fails
      },
    );
    return () => read.abort(new Error('not shown any more'));
  }, [client, live, filter, beginning]);

  return {
    ids: history.ids,
    unseen: history.unseen.length,
    state: history.state,
    showUnseen: useCallback(() => {
      apply({ shown: true });
      scrollTo({ top: 0 });
    }, []),
    readMore,
  };
}
