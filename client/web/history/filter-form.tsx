import { useTranslation } from 'react-i18next';
import type { Filter } from '../analyses/documents.ts';
import { filterOf, states } from '../analyses/filter.ts';

/** Stands in the address as soon as it is applied. */
export function FilterForm(props: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { filter, onChange } = props;
  const { t } = useTranslation();
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <form
      className="filter"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const entries = [...new FormData(event.currentTarget)] as [string, string][];
        onChange(filterOf(new URLSearchParams(entries)));
      }}
    >
      <label className="wide">
        {t('history.search')}
        <input
          name="text"
          type="search"
          maxLength={100}
          placeholder={t('history.searchHint')}
          defaultValue={filter.text}
        />
      </label>
      <label>
        {t('history.brand')}
        <input name="brand" maxLength={100} defaultValue={filter.brand} />
      </label>
      <label>
        {t('history.type')}
        <input name="type" maxLength={100} defaultValue={filter.type} />
      </label>
      <label>
        {t('history.state')}
        <select name="state" defaultValue={filter.state ?? ''}>
          <option value="">{t('history.any')}</option>
          {states.map((state) => (
            <option key={state} value={state}>
              {t(`state.${state}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('history.confident')}
        <select name="confident" defaultValue={String(filter.confident ?? '')}>
          <option value="">{t('history.any')}</option>
          <option value="true">{t('history.sure')}</option>
          <option value="false">{t('history.unsure')}</option>
        </select>
      </label>
      <div className="choices">
        <button className="primary">{t('history.apply')}</button>
        {isNarrowed && (
          <button type="button" onClick={() => onChange({})}>
            {t('history.reset')}
          </button>
        )}
      </div>
    </form>
  );
}
