import { fullLine, version, type Maker } from '../maker.ts';

const tail = String.raw`((?:N?LC|HD|US|UU|MR|SE|SP|LL|HRD|I|E|F|M|R)*)` + version;

export const maker: Maker = {
  name: 'Komatsu',
  aliases: ['Komatsu', '小松', 'コマツ', '小松制作所', '小松製作所', '코마츠', 'Комацу'],
  former: ['Hanomag', 'LeTourneau', 'Galion', 'Timbco'],
  makes: [...fullLine, 'Telehandler', 'Forklift', 'Harvester', 'Forwarder'],
  models: [
    ['Mini Excavator', 'medium', `(PC(?:0[0-9]|[1-5][0-9]))${tail}`],
    [
      'Excavator',
      'alone',
      String.raw`(PC(?:6[0-9]|7[0-9]|8[0-9]|9[0-9]|[1-9]\d{2}|[1-8]\d{3}))${tail}`,
    ],
    ['Excavator', 'strong', `(PC(?:[1-9][0-9]{2,3})(?:N?LC|HD|US|UU))([0-9]{1,2})`, '$1-$2'],
    ['Excavator', 'medium', `(HB(?:205|215|335|365))${tail}`],
    ['Wheeled Excavator', 'medium', String.raw`PW(?:\d{2,3})(?:ES|MH)?${version}`],
    ['Wheel Loader', 'alone', String.raw`WA[1-9]\d{2}(?:PZ|PT|HL|LL|L|M)?${version}`],
    ['Wheel Loader', 'medium', String.raw`WA[1-9]\d(?:PZ|PT|M)?${version}`],
    [
      'Bulldozer',
      'alone',
      String.raw`D(?:2[01]|3[1-9]|4[1-9]|5[0-9]|6[0-9]|7[1-9]|8[0-9]|155|275|355|375|475)(?:A|E|P|S|Q|EX|PX|EXI|PXI|AX|AXI|WX|KX|PXI)+-\d{1,2}[A-Z]?0?`,
    ],
    [
      'Bulldozer',
      'medium',
      String.raw`D(?:3[1-9]|4[1-9]|5[1-9]|6[1-9]|7[1-9]|8[1-9]|155|275|375|475)(?:EX|PX|EXI|PXI|AX|AXI|WX|A|P)`,
    ],
    ['Bulldozer', 'weak', 'D(?:31|37|39|41|51|61|63|65|68|71|85|155|275|355|375|475)'],
    ['Rigid Dump Truck', 'medium', String.raw`HD(?:255|325|405|465|605|785|1500)${version}`],
    ['Articulated Hauler', 'medium', String.raw`HM(?:250|300|350|400)${version}`],
    ['Motor Grader', 'medium', String.raw`GD(?:5\d{2}|6\d{2}|7\d{2}|8\d{2})[A-Z]?${version}`],
    ['Backhoe Loader', 'medium', String.raw`WB(?:70|91|93|97|140|142|146|150|156)[RS]?${version}`],
    [
      'Skid Steer Loader',
      'medium',
      String.raw`SK(?:07|09|510|714|815|818|820|1020|1026)${version}`,
    ],
    ['Compact Track Loader', 'medium', String.raw`CK(?:20|25|30|35)${version}`],
    ['Telehandler', 'medium', String.raw`WH(?:609|613|713|714|716)${version}`],
    ['Excavator', 'alone', String.raw`PC\d{2,4}(?:NHD|NLC|LC|USLC|US|LCI|SLC)${version}`],
    ['Wheeled Excavator', 'medium', String.raw`PW\d{2,3}MR${version}`],
    ['Wheel Loader', 'medium', String.raw`WE(?:1850|2350)${version}`],
    ['Rigid Dump Truck', 'medium', String.raw`(?:730|830|860|930|960|980)E(?:-\d[A-Z]{0,2})?`],
    ['Motor Grader', 'medium', String.raw`GD955${version}`],
    ['Telehandler', 'medium', String.raw`WH\d{3}H?${version}`],
    ['Forklift', 'medium', String.raw`F[BDG]\d{2}[A-Z]{0,3}-\d{1,2}[A-Z]{0,2}`],
    ['Harvester', 'medium', String.raw`9(?:01|11|31|41|51)(?:\.\d|XC|TX)`],
    ['Forwarder', 'medium', String.raw`8(?:30|35|40|45|55|60|65|75|90|95)(?:\.\d|TX)`],
    ['Harvester', 'weak', '9(?:01|11|31|41|51)'],
    ['Forwarder', 'weak', '8(?:30|35|40|45|55|60|65|75|90|95)'],
    ['Bulldozer', 'medium', String.raw`D(?:68|85)ESS${version}`],
    ['Mini Excavator', 'medium', String.raw`PC\d{2}MRX${version}`],
  ],
};
