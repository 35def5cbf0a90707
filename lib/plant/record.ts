/** Seconds that the testbed's record with attacks covers: from 10:00 on 28 December 2015 to 15:00 on 2 January 2016. */
export const RECORD_SECONDS = 449_919;

const BEGINS = Date.UTC(2015, 11, 28, 10);

const STARTS: readonly (readonly [attack: number, day: number, clock: string])[] = [
  [1, 28, '10:29:14'],
  [2, 28, '10:51:08'],
  [3, 28, '11:22:00'],
  [4, 28, '11:47:39'],
  [6, 28, '12:00:55'],
  [7, 28, '12:08:25'],
  [8, 28, '13:10:10'],
  [10, 28, '14:16:20'],
  [11, 28, '14:19:00'],
  [13, 29, '11:11:25'],
  [14, 29, '11:35:40'],
  [16, 29, '11:57:25'],
  [17, 29, '14:38:12'],
  [19, 29, '18:10:43'],
  [20, 29, '18:15:43'],
  [21, 29, '18:30:00'],
  [22, 29, '22:55:18'],
  [23, 30, '01:42:34'],
  [24, 30, '09:51:08'],
  [25, 30, '10:01:50'],
  [26, 30, '17:04:56'],
  [27, 31, '01:17:08'],
  [28, 31, '01:45:19'],
  [29, 31, '15:32:00'],
  [30, 31, '15:47:40'],
  [31, 31, '22:05:34'],
  [32, 32, '10:36:00'],
  [33, 32, '14:21:12'],
  [34, 32, '17:12:40'],
  [35, 32, '17:18:56'],
  [36, 32, '22:16:01'],
  [37, 33, '11:17:02'],
  [38, 33, '11:31:38'],
  [39, 33, '11:43:48'],
  [40, 33, '11:51:42'],
  [41, 33, '13:13:02'],
];

/**
 * When the published attacks began, in seconds from the beginning of the testbed's record, in their order (Goh et al.,
 * CRITIS 2016). Days beyond the 31st are January's.
 */
export const RECORD: readonly { readonly attack: number; readonly second: number }[] = STARTS.map(
  ([attack, day, clock]) => {
    const [hour, minute, second] = clock.split(':').map(Number);
    return { attack, second: (Date.UTC(2015, 11, day, hour, minute, second) - BEGINS) / 1000 };
  },
);
