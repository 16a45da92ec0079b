// Names that must not come back, each with the field's word for it. An ESLint rule that holds
// identifiers, settings in quotes and file names against the list. Words too general to search for
// (part, stage, within) are left to the reader.

/** A word stands alone or is a whole part of a longer name: `Gate` finds `createGate`, not `Gateway`. */
const forbiddenNames = [
  ['Gate', 'CircuitBreaker'],
  ['TicketOffice', 'uploadTokens'],
  ['DeadLetterOffice', 'DeadLetterStore'],
  ['letDie', 'sendToDeadLetterTopic'],
  ['Told', 'PayloadOrError'],
  ['Wish', 'options'],
  ['SilentEnd', 'UnannouncedRun'],
  ['firstFact', 'firstResult'],
  ['factByEvent', 'resultFromSignal'],
  ['factByActivity', 'resultFromActivity'],
  ['Paid', 'CachedResult'],
  ['CannotDo', 'UserError'],
  ['CannotReach', 'ConnectionError'],
  ['StoppedMeanwhile', 'AbortError'],
  ['UnfitImage', 'InvalidImage'],
  ['writeAnew', 'reencode'],
  ['orAfter', 'withTimeout'],
  ['untilOver', 'withTimeout'],
  ['chooseWay', 'chooseRuntime'],
  ['demand', 'assert'],
  ['loosely', 'withLookAlikes'],
  ['oneApart', 'isOneEditApart'],
  ['sureWhen', 'confidenceRules'],
  ['undeclaredHalf', 'partlyDeclared'],
];

/** Parts of a file's name that say nothing about what is in it, or are not the field's word. */
const forbiddenFileWords = [
  ['utils', 'what the functions do'],
  ['util', 'what the function does'],
  ['helpers', 'what the functions do'],
  ['helper', 'what the function does'],
  ['common', 'what is shared'],
  ['manager', 'what it does'],
  ['impl', 'what it does'],
  ['world', 'harness'],
  ['keeper', 'control'],
  ['seeing', 'response'],
];

const startsLower = (word) => /^[a-z]/.test(word);

function pattern(word) {
  if (/^[A-Z_]+$/.test(word)) return new RegExp(`^${word}$`);
  if (startsLower(word)) return new RegExp(`^${word}(?![a-z])`);
  const first = `[${word[0]}${word[0].toLowerCase()}]${word.slice(1)}`;
  return new RegExp(`^${first}(?![a-z])|${word}(?![a-z])`);
}

/** @param words `names` and `fileWords`: rows of a word and what to say instead. */
export const createRule = ({ names, fileWords }) => ({
  meta: {
    type: 'suggestion',
    messages: {
      name: "'{{name}}': the field's word is {{instead}} (tools/lint/forbidden-words.js).",
      file: "'{{name}}' in a file's name: say {{instead}} (tools/lint/forbidden-words.js).",
    },
    schema: [],
  },
  create(context) {
    const rows = names.map(([word, instead]) => ({ pattern: pattern(word), instead }));
    const check = (node, name) => {
      const row = rows.find((candidate) => candidate.pattern.test(name));
      if (row) context.report({ node, messageId: 'name', data: { name, instead: row.instead } });
    };
    return {
      Program(node) {
        const parts = context.filename.split('/').at(-1).split(/[-.]/);
        const row = fileWords.find(([word]) => parts.includes(word));
        if (row)
          context.report({ node, messageId: 'file', data: { name: row[0], instead: row[1] } });
      },
      Identifier: (node) => check(node, node.name),
      PrivateIdentifier: (node) => check(node, node.name),
      // process.env['NAME'] and the like; a setting names its former name, so that it is refused
      Literal: (node) => {
        if (node.parent.key?.name === 'formerName') return;
        if (/^[A-Z][A-Z_]+$/.test(node.value)) check(node, node.value);
      },
    };
  },
});

export const forbiddenWords = createRule({
  names: forbiddenNames,
  fileWords: forbiddenFileWords,
});
