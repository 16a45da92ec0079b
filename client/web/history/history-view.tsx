import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { filterOf, searchOf } from '../analyses/filter.ts';
import { ExportButtons } from './export-buttons.tsx';
import { FilterForm } from './filter-form.tsx';
import { HistoryList } from './history-list.tsx';

export function HistoryView() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const address = search.toString();
  const filter = useMemo(() => filterOf(new URLSearchParams(address)), [address]);
  return (
    <>
      <h1>{t('history.heading')}</h1>
      <FilterForm key={address} filter={filter} onChange={(next) => setSearch(searchOf(next))} />
      <ExportButtons filter={filter} />
      <HistoryList key={`list ${address}`} filter={filter} />
    </>
  );
}
