package fakeapi

// accountExamples are the fields of account webhooks with a value as the
// platform writes it (D:webhooks/reference), which is sent if none is given.
// Most of them come about by themselves as well, when what they tell of does.
var accountExamples = map[string]string{
	"account_update":        `{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"SCHEDULE_FOR_DISABLE","waba_ban_date":"2026-12-24"}}`,
	"account_alerts":        `{"entity_type":"BUSINESS","entity_id":"2729063490586005","alert_info":{"alert_severity":"WARNING","alert_status":"NONE","alert_type":"OBA_APPROVED","alert_description":"An alert for a test."}}`,
	"account_review_update": `{"decision":"APPROVED"}`,
	"business_capability_update": `{"max_daily_conversations_per_business":"TIER_2K","max_phone_numbers_per_business":25,` +
		`"max_phone_numbers_per_waba":25}`,
	"phone_number_quality_update": `{"display_phone_number":"15550783881","event":"ONBOARDING","current_limit":"TIER_UNLIMITED","max_daily_conversations_per_business":"TIER_UNLIMITED"}`,
	"phone_number_name_update":    `{"display_phone_number":"15550783881","decision":"APPROVED","requested_verified_name":"Lucky Shrub","rejection_reason":null}`,
	"message_template_status_update": `{"event":"FLAGGED","message_template_id":1689556908129832,"message_template_name":"order_update",` +
		`"message_template_language":"en-US","reason":"NONE","message_template_category":"UTILITY"}`,
	"message_template_quality_update": `{"previous_quality_score":"GREEN","new_quality_score":"YELLOW","message_template_id":1689556908129832,` +
		`"message_template_name":"order_update","message_template_language":"en-US"}`,
	"template_category_update": `{"message_template_id":1689556908129832,"message_template_name":"order_update","message_template_language":"en-US",` +
		`"previous_category":"UTILITY","new_category":"MARKETING"}`,
	"security": `{"display_phone_number":"15550783881","event":"PIN_RESET_REQUEST","requester":"2729063490586005"}`,
	"user_preferences": `{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},` +
		`"contacts":[{"profile":{"name":"Ann"},"wa_id":"15550100001"}],"user_preferences":[{"wa_id":"15550100001",` +
		`"detail":"User requested to stop marketing messages","category":"marketing_messages","value":"stop","timestamp":946684800}]}`,
	"smb_message_echoes": `{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},` +
		`"message_echoes":[{"from":"15550783881","to":"15550100001","id":"wamid.HBgLMTU1NTAxMDAwMDEVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA","timestamp":"946684800","type":"text","text":{"body":"hi"}}]}`,
	"smb_app_state_sync": `{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},` +
		`"state_sync":[{"type":"contact","contact":{"full_name":"Ann Lee","first_name":"Ann","phone_number":"15550100001"},"action":"add","metadata":{"timestamp":"946684800"}}]}`,
	"history": `{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},` +
		`"history":[{"metadata":{"phase":0,"chunk_order":1,"progress":55},"threads":[]}]}`,
}
