import { fullLine, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'LiuGong',
  aliases: ['LiuGong', '柳工'],
  makes: [...fullLine, 'Forklift'],
  models: [
    ['Excavator', 'medium', String.raw`(?:CLG)?9\d{2}[CDEF](?:HD)?`],
    ['Wheel Loader', 'medium', String.raw`(?:CLG)?8\d{2,3}(?:H|T|N)?|CLG8\d{2}`],
  ],
};
