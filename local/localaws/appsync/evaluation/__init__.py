"""APPSYNC_JS: what the runtime refuses (`lint`), and a JavaScript engine that runs what it accepts (`engine`)."""
