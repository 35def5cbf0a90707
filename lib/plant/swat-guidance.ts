import type { Guidance } from './dictionary';

type Words = readonly [cause: string, consequence: string, response: string];

// Pumps and valves with the same task share their words. What each says is how the simulated plant behaves.
const GROUPS: readonly (readonly [tags: readonly string[], words: Words])[] = [
  [
    ['LIT101'],
    [
      'The level is not what inflow (FIT101) and outflow (FIT201) make of it: a wrong or forged level reading, MV101 that does not follow, or P101 that runs or stands against its command.',
      'T-101 overflows, or runs dry: below 250 mm the transfer pump is stopped and P2 and P3 get no water.',
      'Compare LIT101 with the sight glass and with FIT101 and FIT201. Do not trust the reading until they agree; set MV101 and P101 by hand if the level still moves away.',
    ],
  ],
  [
    ['FIT101', 'MV101'],
    [
      'The inlet valve MV101 does not stand as commanded, the raw water supply has changed, or FIT101 is wrong.',
      'T-101 fills without control or is not filled at all.',
      'Compare the position of MV101 with FIT101: flow through a closed valve, or none through an open one, tells which of them is wrong. Then watch LIT101.',
    ],
  ],
  [
    ['P101', 'P102'],
    [
      'The transfer pump runs or stands against its command, or the standby pump has taken over.',
      'T-301 is not filled, or overflows; T-101 is drawn empty and the pump runs dry.',
      'Compare the pump with FIT201. Stop it by hand where it runs against a closed MV201 or with LIT101 below 250 mm; else see to the other pump.',
    ],
  ],
  [
    ['FIT201', 'MV201'],
    [
      'MV201 or the transfer pump does not stand as commanded, or FIT201 is wrong.',
      'T-301 is not filled, or overflows; dosing in P2 starts and stops with FIT201 and goes wrong with it.',
      'Compare MV201 and P101 with FIT201 and with how LIT101 and LIT301 move. Stop the dosing pumps if there is no true flow.',
    ],
  ],
  [
    ['AIT201', 'P201', 'P202'],
    [
      'NaCl is dosed too much or too little, the water itself has changed, or the conductivity reading is wrong.',
      'The conductivity of the water to P3 and the RO is off; membranes are loaded more.',
      'Compare P201 and FIT201 with AIT201, take a sample, and stop dosing by hand if it runs without need.',
    ],
  ],
  [
    ['AIT202', 'P203', 'P204'],
    [
      'HCl is dosed too much or too little, or the pH reading is wrong.',
      'Water of the wrong pH reaches the membranes and attacks or scales them.',
      'Compare P203 and FIT201 with AIT202, take a sample, and stop the acid by hand if the pH falls without need.',
    ],
  ],
  [
    ['AIT203', 'P205', 'P206'],
    [
      'NaOCl is dosed too much or too little, or the redox reading is wrong.',
      'Too little leaves the water undisinfected; too much has to be removed in P4 before it harms the RO membranes.',
      'Compare P205 and FIT201 with AIT203, and look at AIT402 behind the dechlorination. Stop dosing by hand if it runs without need.',
    ],
  ],
  [
    ['LIT301'],
    [
      'The level is not what inflow (FIT201) and outflow (FIT301) make of it: a wrong or forged level reading, or a pump or valve of P1 to P3 that does not follow.',
      'T-301 overflows, or runs dry: the UF feed pump is starved and the RO after it.',
      'Compare LIT301 with the sight glass and with FIT201 and FIT301. Do not trust the reading until they agree; hold MV201 by hand if the level still moves away.',
    ],
  ],
  [
    ['DPIT301'],
    [
      'The UF membrane is fouled, a backwash did not run, or the reading is wrong.',
      'Flow through the UF falls; at too high a pressure the membrane is damaged, or needless backwashes stop production.',
      'Compare DPIT301 with FIT301 and with when the last backwash ran (P602, FIT601). Start a backwash if the pressure is true.',
    ],
  ],
  [
    ['FIT301', 'P301', 'P302'],
    [
      'The UF feed pump or a UF valve does not stand as commanded, the membrane is fouled, or FIT301 is wrong.',
      'T-401 gets no water, and the RO has to stop.',
      'Compare the pump and MV302 with FIT301 and with how LIT301 and LIT401 move. Change to the other pump if this one has failed.',
    ],
  ],
  [
    ['MV301', 'MV302', 'MV303', 'MV304'],
    [
      'A UF valve does not stand as the filtration or backwash sequence wants it.',
      'Filtered water is lost to the drain, backwash water gets into the product, or the UF stops.',
      'Look at which step the sequence is in (P302 filters, P602 washes) and set the valve to match. Stop the UF feed pump if the way out is closed.',
    ],
  ],
  [
    ['LIT401'],
    [
      'The level is not what inflow (FIT301) and outflow (FIT401) make of it: a wrong or forged level reading, or a pump that does not follow.',
      'T-401 overflows, or runs dry and the RO feed pump with it.',
      'Compare LIT401 with the sight glass and with FIT301 and FIT401. Stop P402 by hand if the tank is truly low.',
    ],
  ],
  [
    ['FIT401', 'P401', 'P402'],
    [
      'The RO feed pump runs or stands against its command, or FIT401 is wrong.',
      'The UV unit and the RO get too little water; the high-pressure pump may run dry.',
      'Compare the pump with FIT401 and FIT501. Stop the high-pressure pump before the feed is lost.',
    ],
  ],
  [
    ['AIT401', 'AIT402', 'P403', 'P404', 'UV401'],
    [
      'Dechlorination is not as it should be: the UV unit or the NaHSO3 dosing stands against its command, or an analyser is wrong.',
      'Chlorine that is left destroys the RO membranes.',
      'Compare UV401 and P403 with AIT402. Stop the flow to the RO if the redox potential is truly too high.',
    ],
  ],
  [
    ['AIT501', 'AIT502', 'AIT503', 'AIT504'],
    [
      'The water to or from the RO has changed (dosing in P2, dechlorination in P4, a leaking membrane), or an analyser is wrong.',
      'Water of the wrong quality is delivered, or the membranes are harmed.',
      'Compare the analysers of P5 with each other and with AIT202 and AIT402. Hold back the permeate until a sample is good.',
    ],
  ],
  [
    ['FIT501', 'FIT502', 'FIT503', 'FIT504'],
    [
      'The flows of the RO do not add up: a changed pump, valve or membrane, or a wrong reading.',
      'Too little permeate is made, or the membranes are run beyond what they bear.',
      'FIT501 and FIT504 together should be about as much as FIT502 and FIT503 together, and PIT501 should go with them. Take down the high-pressure pump if the flow is truly off.',
    ],
  ],
  [
    ['PIT501', 'PIT502', 'PIT503', 'P501', 'P502'],
    [
      'The high-pressure pump runs or stands against its command, the membranes are fouled, or a pressure reading is wrong.',
      'Without pressure no permeate is made; too much of it damages the membranes.',
      'Compare P501 with PIT501 and FIT501. Stop the pump if the pressure is truly too high or its feed is missing.',
    ],
  ],
  [
    ['FIT601', 'P601', 'P602', 'P603'],
    [
      'A backwash or return pump runs or stands against its command, or FIT601 is wrong.',
      'The UF is not cleaned and fouls, or permeate is pumped where it is not wanted.',
      'Compare P602 with FIT601 and with the step of the UF. Stop a pump that runs outside its step.',
    ],
  ],
];

/**
 * Operator guidance for the tags of SWaT by name: first steps, in the words of the simulated plant. They are the product's
 * own, not the testbed operator's; a real plant has its own.
 */
export const SWAT_GUIDANCE: Readonly<Record<string, Guidance | undefined>> = Object.fromEntries(
  GROUPS.flatMap(([tags, [cause, consequence, response]]) =>
    tags.map((tag) => [tag, { cause, consequence, response }] as const),
  ),
);

/** Under which name the catalogues of the languages have the guidance of a tag of SWaT: the first of the tags that share it. */
export function swatGuidanceGroup(tag: string): string | undefined {
  return GROUPS.find(([tags]) => tags.includes(tag))?.[0][0];
}

/**
 * What the guidance is called in the catalogues of the languages: the first of the tags that share these words. Nothing
 * where it is not the guidance of SWaT word by word, as that of a plant which has its own.
 */
export function swatGuidanceKey(tag: string, { cause, consequence, response }: Guidance): string | undefined {
  const group = GROUPS.find(([tags]) => tags.includes(tag));
  if (group === undefined) return undefined;
  const [[key], own] = group;
  return own[0] === cause && own[1] === consequence && own[2] === response ? key : undefined;
}
