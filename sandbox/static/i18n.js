/* The page's own words in Chinese and English. What people and the bot write is never translated. */

const WORDS = {
  zh: {
    title: "互助 · 演示", brand: "互助演示", brand_note: "本机运行，不连外网", people: "切换身份", language: "English",
    language_label: "Switch to English", help: "三件可以试的事", back: "返回会话列表", chats: "会话列表",
    safety_officer: "安全员", social_worker: "社工", department_officer: "部门经办人", admin: "管理员", bot: "机器人",
    members: "{n} 位成员", member_list: "群成员", bot_chat: "机器人私聊", typing: "{name} 正在输入…", anonymous_tag: "匿名管理员",
    connecting: "连接断开，正在重连…", today: "今天", yesterday: "昨天", edited: "已编辑", forwarded: "转发自 {name}",
    deleted_message: "已删除的消息", empty: "还没有消息", empty_private: "机器人能做什么？点“开始”问问它。", start: "开始",
    topics: "话题", topic_list: "话题列表", new_topic: "新话题", topic_name: "话题名称", topic_closed: "话题已关闭，不能发言",
    close_topic: "关闭话题", reopen_topic: "重新打开", delete_topic: "删除话题", rename_topic: "改名",
    delete_topic_sure: "删除话题“{name}”和里面的消息？", topic_actions: "话题操作",
    write_as: "{name}：说点什么…", write_anonymous: "以“{title}”的名义匿名发言…", send: "发送", attach: "添加附件",
    commands: "机器人命令", no_commands: "机器人没有登记命令", reply_to: "回复 {name}", edit_message: "编辑消息", cancel: "取消",
    anonymous_on: "匿名发言：开", anonymous_off: "匿名发言：关", remove_file: "去掉 {name}", photo: "照片或视频", file: "文件",
    location: "位置", sticker: "贴纸", reply: "回复", edit: "编辑", react: "表情", forward: "转发", delete: "删除", copy: "复制文字",
    copied: "已复制", delete_sure: "删除这条消息？", message_actions: "消息操作", forward_to: "转发到…", ok: "知道了", yes: "确定",
    close: "关闭", previous: "上一张", next: "下一张", jump_down: "回到最新消息", unread: "{n} 条未读", show_spoiler: "显示隐藏文字",
    expand: "展开", fold: "收起", photo_label: "照片", video_label: "视频", voice_label: "语音", audio_label: "音频", contact_label: "名片",
    sticker_label: "贴纸", animation_label: "动图", location_label: "位置", document_label: "文件", open_map: "纬度 {lat}，经度 {lon}",
    external: "将在新窗口打开：", no_such_message: "这条消息不在您能看到的会话里", not_a_member: "{name} 不在这个群里",
    block: "停用机器人", unblock: "重新启用机器人", blocked: "您已停用机器人", chat_actions: "会话操作", failed: "没有成功：{why}", offline: "连不上演示服务器",
    reaction_by: "{emoji}：{names}", toggle_reaction: "表情 {emoji}", send_sticker: "发贴纸 {emoji}",
    tips_title: "三件可以试的事", tips_intro: "左边可以换成不同的人，像他们一样在群里说话。", tips_intro_phone: "上面可以换成不同的人，像他们一样在群里说话。",
    tips_close: "先不看了", tip1: "问一个机器人知道的", tip1_text: "王敏在互助群里问叉车登记，机器人马上回答，并写明依据。", tip1_go: "用王敏的身份问",
    tip2: "问一个它不知道的", tip2_text: "没人答得上来的会变成工单（先看到 👀），社工工作台出现卡片。换成陈社工，点“接单”，再点“派单”。",
    tip2_go: "用王敏的身份问", tip2_then: "换成陈社工", tip3: "让部门答复", tip3_text: "周科长在联盟话题里回复卡片，点“发布答复”，答复会回到原来的提问下面。",
    tip3_go: "用周科长的身份答复", tip3_then: "回王敏那里看", tip3_wait: "联盟里还没有话题：先做第 2 件事，派单给应急管理部门", tip_no_person: "这里没有这个人",
  },
  en: {
    title: "huzhu · demo", brand: "huzhu demo", brand_note: "Runs on this machine only", people: "Act as", language: "中文",
    language_label: "切换到中文", help: "Three things to try", back: "Back to chats", chats: "Chats",
    safety_officer: "Safety officer", social_worker: "Social worker", department_officer: "Department officer", admin: "Admin", bot: "bot",
    members: "{n} members", member_list: "Members", bot_chat: "Private chat with the bot", typing: "{name} is typing…", anonymous_tag: "anonymous admin",
    connecting: "Connection lost, reconnecting…", today: "Today", yesterday: "Yesterday", edited: "edited", forwarded: "Forwarded from {name}",
    deleted_message: "Deleted message", empty: "No messages yet", empty_private: "What can this bot do? Press Start to find out.", start: "Start",
    topics: "Topics", topic_list: "Topics", new_topic: "New topic", topic_name: "Topic name", topic_closed: "This topic is closed",
    close_topic: "Close topic", reopen_topic: "Reopen", delete_topic: "Delete topic", rename_topic: "Rename",
    delete_topic_sure: "Delete the topic “{name}” with its messages?", topic_actions: "Topic actions",
    write_as: "{name}: write a message…", write_anonymous: "Write anonymously as “{title}”…", send: "Send", attach: "Attach",
    commands: "Bot commands", no_commands: "The bot has registered no commands", reply_to: "Reply to {name}", edit_message: "Edit message", cancel: "Cancel",
    anonymous_on: "Anonymous: on", anonymous_off: "Anonymous: off", remove_file: "Remove {name}", photo: "Photo or video", file: "File",
    location: "Location", sticker: "Sticker", reply: "Reply", edit: "Edit", react: "React", forward: "Forward", delete: "Delete", copy: "Copy text",
    copied: "Copied", delete_sure: "Delete this message?", message_actions: "Message actions", forward_to: "Forward to…", ok: "OK", yes: "Yes",
    close: "Close", previous: "Previous", next: "Next", jump_down: "Go to the latest message", unread: "{n} unread", show_spoiler: "Show hidden text",
    expand: "Show more", fold: "Show less", photo_label: "Photo", video_label: "Video", voice_label: "Voice message", audio_label: "Audio", contact_label: "Contact",
    sticker_label: "Sticker", animation_label: "GIF", location_label: "Location", document_label: "File", open_map: "Latitude {lat}, longitude {lon}",
    external: "This opens in a new window:", no_such_message: "That message is not in a chat you can see", not_a_member: "{name} is not in this chat",
    block: "Stop the bot", unblock: "Restart the bot", blocked: "You have stopped the bot", chat_actions: "Chat actions", failed: "That did not work: {why}", offline: "The demo server cannot be reached",
    reaction_by: "{emoji}: {names}", toggle_reaction: "Reaction {emoji}", send_sticker: "Send sticker {emoji}",
    tips_title: "Three things to try", tips_intro: "Pick a person on the left and talk in the groups as they would.", tips_intro_phone: "Pick a person above and talk in the groups as they would.",
    tips_close: "Not now", tip1: "Ask what the bot knows", tip1_text: "Wang Min asks in the mutual-aid group where to register a forklift; the bot answers at once and names its source.", tip1_go: "Ask as 王敏",
    tip2: "Ask what it does not know", tip2_text: "It becomes a ticket (first you see 👀), then a card at the desk. As 陈社工 press 接单 (claim), then 派单 (dispatch).",
    tip2_go: "Ask as 王敏", tip2_then: "Switch to 陈社工", tip3: "Let a department answer", tip3_text: "周科长 replies to the card in the alliance topic and presses 发布答复 (publish); the answer returns under the original question.",
    tip3_go: "Answer as 周科长", tip3_then: "See it as 王敏", tip3_wait: "No topic in the alliance yet: do the second thing first and dispatch to emergency management", tip_no_person: "This person is not here",
  },
};

const STORED = "huzhu.language";
let current = initial();

function initial() {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem(STORED);
  if (asked in WORDS) return asked;
  return "zh";
}

/** "zh" or "en". */
export const language = () => current;

export function setLanguage(code) {
  current = code;
  localStorage.setItem(STORED, code);
  applyToDocument();
}

export function applyToDocument() {
  document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
  document.title = t("title");
}

/** The words for `key` in the present language; {name} slots are filled from `slots`. */
export function t(key, slots = {}) {
  const words = WORDS[current][key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => slots[name] ?? "");
}

const locale = () => (current === "zh" ? "zh-CN" : "en-GB");

/** 14:05 in the reader's own time zone, as chat programs do. */
export function clock(unix) {
  return new Date(unix * 1000).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** Today, yesterday, or the date: the words of a date separator. */
export function day(unix) {
  const date = new Date(unix * 1000);
  const ago = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
  if (ago === 0) return t("today");
  if (ago === 1) return t("yesterday");
  const sameYear = date.getFullYear() === new Date().getFullYear();
  return date.toLocaleDateString(locale(), { year: sameYear ? undefined : "numeric", month: "long", day: "numeric" });
}
