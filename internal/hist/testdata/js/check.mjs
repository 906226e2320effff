// Decodes the interval logs given as arguments with hdr-histogram-js, and
// prints a line of JSON for each interval. Values are nanoseconds.
import { readFileSync } from "node:fs";
import hdr from "hdr-histogram-js";

const bits = 64; // ten minutes in nanoseconds do not fit into 32

for (const file of process.argv.slice(2)) {
  const reader = new hdr.HistogramLogReader(readFileSync(file, "utf8"), bits);
  for (let h = reader.nextIntervalHistogram(); h !== null; h = reader.nextIntervalHistogram()) {
    console.log(
      JSON.stringify({
        tag: h.tag,
        start: h.startTimeStampMsec,
        end: h.endTimeStampMsec,
        count: h.totalCount,
        p50: h.getValueAtPercentile(50),
        p99: h.getValueAtPercentile(99),
        max: h.getValueAtPercentile(100), // its maxValue lies beyond the bucket where that is wider than 1
      }),
    );
  }
}
