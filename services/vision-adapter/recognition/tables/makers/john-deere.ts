import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'John Deere',
  aliases: ['John Deere', 'Deere'],
  makes: [
    'Excavator',
    'Loader',
    'Bulldozer',
    'Motor Grader',
    'Dump Truck',
    'Scraper',
    'Harvester',
    'Forwarder',
  ],
  models: [
    [
      'Excavator',
      'medium',
      '(1[2-9]0|2[0-9]0|3[0-9]0|470|670|870|345|245|135|75|85)([CDGP])((?:LC|SLC|XLC|W)?)',
      '$1$2 $3',
    ],
    ['Mini Excavator', 'medium', '(?:17|26|27|30|35|50|60)(?:[CDGP]|ZTS)'],
    [
      'Backhoe Loader',
      'medium',
      '(?:210|310|315|410|710)(?:[C-P]|SE|SG|SJ|SK|SL|EJ|EK|EP)(?:HL|EP)?',
    ],
    [
      'Wheel Loader',
      'medium',
      '(?:204|244|304|324|344|444|524|544|624|644|724|744|824|844|944)[G-P](?:T|XT|II)?|(?:244|324|344|444|524|544|624|644|724|744|844)(?:GTIER|PTIER)',
    ],
    [
      'Bulldozer',
      'medium',
      '(?:450|550|650|700|750|764|850|950|1050)[C-P](?:II|LGP|LT|XLT|WLT|WT)?',
    ],
    ['Motor Grader', 'medium', '(?:570|620|622|670|672|770|772|870|872)(?:[A-G]P?|CH)'],
    ['Skid Steer Loader', 'medium', '3(?:12|14|16|18|20|24|26|28|30|32|34)(?:[D-G]|GR|P)'],
    ['Compact Track Loader', 'medium', '3(?:17|19|25|27|29|31|33|35)(?:[D-G]|P)'],
    ['Articulated Hauler', 'medium', '(?:250|260|300|310|350|370|400|410|460)(?:D|E|P)(?:II)?'],
  ],
};
