"""Pure decisions: facts in, a refusal or a plan out. No web, no database, no clock."""
