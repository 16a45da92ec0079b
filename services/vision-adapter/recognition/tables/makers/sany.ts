import { fullLine, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Sany',
  aliases: ['Sany', '三一重工', '三一', '三一重机'],
  makes: [...fullLine, 'Crane', 'Concrete Pump', 'Telehandler', 'Forklift', 'Drilling Rig'],
  models: [
    ['Excavator', 'strong', String.raw`SY\d{2,4}(?:C|U|H|E|W|S)*(?:PRO)?(?:-\d)?`],
    ['Mobile Crane', 'strong', String.raw`(?:STC|SAC|SRC)\d{2,5}[A-Z]?`],
    ['Crawler Crane', 'strong', String.raw`SCC\d{2,5}[A-Z]*`],
    ['Wheel Loader', 'medium', String.raw`SW\d{3}[A-Z]?`],
    ['Excavator', 'strong', String.raw`SY\d{2,4}[A-Z]?(?:-\d{1,2}[A-Z]?)?`],
    ['Wheel Loader', 'medium', String.raw`SYL\d{3}[A-Z]\d?`],
    ['Mobile Crane', 'strong', String.raw`(?:STC|SAC|SRC)\d{2,5}[A-Z]?\d?`],
    ['Crawler Crane', 'strong', String.raw`SCC\d{2,5}[A-Z]*`],
    ['Telehandler', 'medium', String.raw`STH\d{3,4}[A-Z]?`],
    ['Drilling Rig', 'medium', String.raw`SR\d{3}[A-Z]?`],
  ],
};
