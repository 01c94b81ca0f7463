/* What only the demo world knows: where its people work, and the three things to try in it. */

export const AFFILIATIONS = {
  zh: { 101: "恒达机械", 102: "新锐塑业", 201: "灵峰工业社区", 202: "灵峰工业社区", 301: "应急管理部门", 302: "市场监管部门", 900: "灵峰工业社区" },
  en: { 101: "Hengda Machinery", 102: "Xinrui Plastics", 201: "Lingfeng community", 202: "Lingfeng community", 301: "Emergency management", 302: "Market regulation", 900: "Lingfeng community" },
};

export const CHATS = { mutualAid: "-1001000000001", desk: "-1001000000002", alliance: "-1001000000003" };

/** The steps of the tips card. Each button: {label (i18n key), person, chat, text?, newestTopic?}. */
export const TIPS = [
  { key: "tip1", buttons: [{ label: "tip1_go", person: 101, chat: CHATS.mutualAid, text: "新买的叉车去哪办登记" }] },
  { key: "tip2", buttons: [
    { label: "tip2_go", person: 101, chat: CHATS.mutualAid, text: "我们厂门口的路灯坏了快两周了谁管" },
    { label: "tip2_then", person: 201, chat: CHATS.desk },
  ] },
  { key: "tip3", buttons: [
    { label: "tip3_go", person: 301, chat: CHATS.alliance, text: "已经联系路灯养护单位，三天内派人来修。", newestTopic: true },
    { label: "tip3_then", person: 101, chat: CHATS.mutualAid },
  ] },
];
