import { fullLine, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'LiuGong',
  aliases: ['LiuGong', '柳工'],
  makes: [...fullLine, 'Forklift'],
  models: [
    ['Excavator', 'medium', String.raw`(?:CLG)?9\d{2}[CDEF](?:HD)?`],
    ['Wheel Loader', 'medium', String.raw`(?:CLG)?8\d{2,3}(?:H|T|N)?|CLG8\d{2}`],
    ['Excavator', 'medium', String.raw`9\d{2,3}[CDEF][A-Z]{0,3}`],
    ['Wheel Loader', 'medium', String.raw`(?:CLG)?8\d{2,3}[A-Z]{0,2}|ZL50CN`],
    ['Wheel Loader', 'medium', String.raw`((?:CLG)?8\d{2}H)(MAX)`, '$1 $2'],
    ['Bulldozer', 'medium', String.raw`(?:CLG)?B\d{3}|TD\d{1,2}M?`],
    ['Motor Grader', 'medium', String.raw`(?:CLG)?4\d{2,3}D?`],
  ],
};
