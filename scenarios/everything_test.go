package scenarios_test

// everything uses each key of the language.
const everything = `# yaml-language-server: $schema=schema.json
version: 1
name: everything
description: Each key of the language.
seed: 42
targets:
  onprem: {api: onprem, fake: instant, username: admin, password: {file: token.txt}}
  cloud:
    api: cloud
    url: ${URL}
    version: v24.0
    phone_number_id: "106540352242922"
    waba_id: "102290129340398"
    token: ${TOKEN}
    timeout: 10s
    max_in_flight: 500
    retry: {on: [throttled, target_5xx, 131056], backoff: 4^n s, max: 4}
    http2: auto
    tls: {insecure: true}
    cost: {per_hour: 1.20 USD, per_message: 0.005 USD}
recipients: {file: recipients.csv, column: phone}
messages:
  - {text: "Your code is {{digits 6}}", weight: 8}
  - {text: {body: "see https://example.com/{{uuid}}", preview_url: true}}
  - {template: {name: order_update, language: en_US, namespace: shop, body: ["{{seq}}", '{{csv "name"}}']}}
  - {template: {name: otp, language: en_US, components: [{type: body, parameters: [{type: text, text: "{{digits 6}}"}]}]}}
  - {image: {link: "https://example.com/{{seq}}.jpg", caption: hi}}
  - {audio: {id: "1"}}
  - {video: {link: "https://example.com/a.mp4"}}
  - {document: {link: "https://example.com/a.pdf", filename: "{{recipient}}.pdf"}}
  - {sticker: {id: "2"}}
  - {location: {latitude: 52.5, longitude: 13.4, name: "Shop {{seq}}", address: here}}
  - {contacts: [{name: {formatted_name: '{{csv "name"}}'}}]}
  - {interactive: {type: button, body: {text: 'at {{now}} & \\u003c \\ "&"'}}}
  - {reaction: {message_id: "{{uuid}}", emoji: "👍"}}
  - {raw: {type: text, text: {body: "<{{seq}}>", n: 1.5}}, weight: 0.5}
  - {op: media_upload, file: a.jpg}
  - {op: mark_read}
  - {op: mark_read, message_id: "wamid.{{digits 8}}"}
  - {op: profile}
load:
  arrivals: poisson
  warmup: 2s
  stages:
    - {hold: 50/s, for: 3s}
    - {ramp: 10/s..80/s, for: 2s}
    - {steps: 20/s..60/s, by: 20/s, each: 1s}
    - {sine: {mean: 50/s, amplitude: 30/s, period: 2s}, for: 4s}
    - {replay: arrivals.csv, for: 2s}
    - {replay: arrivals.csv}
    - {closed: {users: 10, think: 100ms}, for: 1s}
webhooks:
  listen: "127.0.0.1:0"
  public_url: "https://example.com/hook"
  wait: 5s
  secret: ${TOKEN}
  answer: {latency: 20ms, fail: 1%}
faults:
  - {at: 1s, for: 2s, on: onprem, fault: unavailable}
  - {at: 2s, on: onprem, fault: {slow: {factor: 5}}}
  - {on: onprem, errors: {code: 1000, share: 5%}}
  - {on: onprem, shard_down: 1}
  - {on: onprem, delivered_and_failed: 1%}
  - {on: onprem, undelivered: 2%}
  - {on: onprem, migrate: {to: cloud}}
  - {on: onprem, slow: {factor: 2}}
compare: {base: onprem, head: cloud, order: interleaved, block: 2s}
gates:
  - p99(send.response) < 800ms
  - {rule: error_rate(send) <= 1% over 2s, abort: true, confidence: 99%}
limits: {max_messages: 10000, max_cost: 50 USD, max_duration: 10m}
real: {allowed_recipients: [15550100000, 15550100001..15550100099], load_test_number: false}
`
