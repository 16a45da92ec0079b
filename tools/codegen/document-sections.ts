// What stands in documents between `<!-- generated: NAME -->` and `<!-- end -->`, by document.
import { finalFailuresTable, retriedFailuresTable } from './failures.ts';
import { placesTable, sequencePicture, stepsTable } from './journey.ts';

type Sections = Readonly<Record<string, () => string>>;

export const documentSections: Readonly<Record<string, Sections>> = {
  'README.md': { steps: () => stepsTable('') },
  'docs/architecture.md': {
    steps: () => stepsTable('../'),
    sequence: sequencePicture,
    places: placesTable,
  },
  'docs/operations.md': {
    finalFailures: finalFailuresTable,
    retriedFailures: retriedFailuresTable,
  },
};

/**
 * The document with its generated sections as they should be.
 *
 * @throws {Error} a section has no place in the document, or the document has an unknown one.
 */
export function withSections(document: string, sections: Sections): string {
  const open = new Set(Object.keys(sections));
  const written = document.replace(
    /<!-- generated: (\w+) -->[^]*?<!-- end -->/g,
    (_whole, name: string) => {
      const section = sections[name];
      if (section === undefined)
        throw new Error(`unknown generated section ${name}: add it to documentSections`);
      open.delete(name);
      return `<!-- generated: ${name} -->\n${section()}\n<!-- end -->`;
    },
  );
  if (open.size > 0)
    throw new Error(
      `missing in the document: <!-- generated: ${[...open].join(', ')} --> <!-- end -->`,
    );
  return written;
}
