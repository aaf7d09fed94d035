//! The papers of 《市场监督管理部门处理投诉举报文书式样》 (SAMR, April 2026; `law.md` 5.1), printable, laid out in the spirit of
//! GB/T 9704. Papers are Chinese by law whatever language the page around them has.

use askama::Template;

use crate::web::layout::Layout;

/// 《市场监督管理投诉举报处理办法》第十六条: the grounds of refusal, all printed on form 6.
pub const REFUSAL_GROUNDS: [&str; 7] = [
    "投诉事项不属于市场监督管理部门职责，或者本行政机关不具有处理权限的；",
    "法院、仲裁机构、市场监督管理部门或者其他行政机关、消费者协会已经受理或者处理过同一消费者权益争议的；",
    "不是为生活消费需要购买、使用商品或者接受服务，或者不能证明与被投诉人之间存在消费者权益争议的；",
    "除法律另有规定外，投诉人知道或者应当知道自己的权益受到被投诉人侵害之日起超过三年的；",
    "未提供本办法第十条第一款、第十一条规定的材料，或者提供虚假材料的；",
    "冒用他人名义或者拒不配合市场监督管理部门核验真实身份信息的；",
    "法律、法规、规章规定不予受理的其他情形。",
];

/// The same, Article 23: the grounds of ending mediation, all printed on form 8.
pub const TERMINATION_GROUNDS: [&str; 8] = [
    "投诉人撤回投诉或者双方自行和解的；",
    "投诉人、被投诉人无正当理由不参加调解，或者明确拒绝调解的；",
    "经组织调解，投诉人或者被投诉人明确表示无法达成调解协议的；",
    "投诉人与被投诉人对鉴定、检测费用承担无法协商一致的；",
    "自投诉受理之日起六十日内投诉人和被投诉人未能达成调解协议的；",
    "市场监督管理部门受理投诉后，发现存在本办法第十六条、第四十二条规定情形的；",
    "投诉人、被投诉人死亡或者主体资格灭失的；",
    "法律、法规、规章规定的应当终止调解的其他情形。",
];

const NUMERALS: [&str; 8] = ["一", "二", "三", "四", "五", "六", "七", "八"];

/// Around a paper: the page it is shown on.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Language, type size, path.
    pub l: Layout,
    /// Back to the case.
    pub back: String,
}

/// What every numbered notice has.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The organ, as its seal names it.
    pub organ: String,
    /// 文号: `X市监X〔2026〕第N号`; empty while it is a draft.
    pub number: String,
    /// To whom.
    pub to: String,
    /// 成文日期: `2026年11月23日`.
    pub date: String,
}

/// A ground as printed: number, text, whether it is the one.
struct Printed {
    numeral: &'static str,
    text: &'static str,
    on: bool,
}

fn printed(grounds: &'static [&'static str], chosen: u8) -> Vec<Printed> {
    grounds
        .iter()
        .zip(NUMERALS)
        .enumerate()
        .map(|(i, (text, numeral))| Printed { numeral, text, on: i + 1 == usize::from(chosen) })
        .collect()
}

/// The numeral of a chosen ground; blank when none is.
fn numeral(chosen: u8) -> &'static str {
    usize::from(chosen).checked_sub(1).and_then(|i| NUMERALS.get(i)).copied().unwrap_or("　")
}

/// Form 1: 投诉登记表.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "paper/form1.html")]
pub struct ComplaintForm {
    /// Around.
    pub frame: Frame,
    /// 登记单位
    pub unit: String,
    /// 编号
    pub number: String,
    /// 投诉人姓名
    pub name: String,
    /// 联系电话
    pub phone: String,
    /// 证件类型
    pub id_kind: String,
    /// 证件号码
    pub id_number: String,
    /// 联系地址
    pub address: String,
    /// 是否同意公示投诉信息
    pub publish: bool,
    /// 是否同意委托调解
    pub entrust: bool,
    /// 被投诉人名称（姓名）
    pub respondent: String,
    /// 被投诉人联系人
    pub respondent_contact: String,
    /// 被投诉人地址
    pub respondent_address: String,
    /// 被投诉人联系电话
    pub respondent_phone: String,
    /// 争议事实依据: 时间、地点、内容、涉及金额、争议情况、证据
    pub facts: String,
    /// 投诉请求
    pub request: String,
    /// Not signed by the complainant: made off site.
    pub off_site: bool,
    /// 经办人
    pub handler: String,
    /// 日期
    pub date: String,
}

/// Form 2: 举报登记表.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "paper/form2.html")]
pub struct ReportForm {
    /// Around.
    pub frame: Frame,
    /// 登记单位
    pub unit: String,
    /// 编号
    pub number: String,
    /// 举报人姓名; blank when anonymous
    pub name: String,
    /// 联系电话
    pub phone: String,
    /// 联系地址
    pub address: String,
    /// 身份证件号码
    pub id_number: String,
    /// 被举报人名称（姓名）
    pub respondent: String,
    /// 被举报人地址
    pub respondent_address: String,
    /// 具体线索和相应的事实依据
    pub facts: String,
    /// Anonymous: the reporter's boxes stay blank (note 2 of the form).
    pub anonymous: bool,
    /// 经办人
    pub handler: String,
    /// 日期
    pub date: String,
}

/// Form 4: 限期提供身份证明材料通知书.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "paper/form4.html")]
pub struct IdentityNotice {
    /// Around.
    pub frame: Frame,
    /// Organ, number, to whom, date.
    pub head: Head,
    /// Until when: `2026年12月1日`.
    pub until: String,
    /// What is asked for.
    pub materials: Vec<String>,
    /// 联系电话
    pub phone: String,
    /// 通信地址
    pub address: String,
}

/// Form 5: 投诉受理决定书.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "paper/form5.html")]
pub struct Acceptance {
    /// Around.
    pub frame: Frame,
    /// Organ, number, to whom, date.
    pub head: Head,
    /// 收到日期
    pub received: String,
    /// 事由
    pub matter: String,
    /// 联系人
    pub contact: String,
    /// 联系电话
    pub phone: String,
}

/// Form 6: 投诉不予受理决定书.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "paper/form6.html")]
pub struct Refusal {
    /// Around.
    pub frame: Frame,
    /// Organ, number, to whom, date.
    pub head: Head,
    /// 收到日期
    pub received: String,
    /// 事由
    pub matter: String,
    /// The ground's number in Article 16, 1 to 7; 0 while none is chosen.
    pub ground: u8,
}

impl Refusal {
    fn grounds(&self) -> Vec<Printed> {
        printed(&REFUSAL_GROUNDS, self.ground)
    }
    fn numeral(&self) -> &'static str {
        numeral(self.ground)
    }
}

/// Form 8: 投诉终止调解决定书.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "paper/form8.html")]
pub struct MediationEnd {
    /// Around.
    pub frame: Frame,
    /// Organ, number, to whom, date.
    pub head: Head,
    /// 事由
    pub matter: String,
    /// The ground's number in Article 23, 1 to 8; 0 while none is chosen.
    pub ground: u8,
}

impl MediationEnd {
    fn grounds(&self) -> Vec<Printed> {
        printed(&TERMINATION_GROUNDS, self.ground)
    }
    fn numeral(&self) -> &'static str {
        numeral(self.ground)
    }
}

/// Form 7: 投诉调解通知书, for mediation on site.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "paper/form7.html")]
pub struct MediationNotice {
    /// Around.
    pub frame: Frame,
    /// Organ, number, to whom, date.
    pub head: Head,
    /// 事由
    pub matter: String,
    /// 时间: `2026年12月1日14时00分`.
    pub time: String,
    /// 地点
    pub place: String,
    /// 回避申请期限
    pub recusal_by: String,
    /// 调解人员
    pub mediators: String,
    /// 电话
    pub phone: String,
}

/// A party as form 9 prints it.
#[derive(Clone, Debug, Default)]
pub struct PartyLines {
    /// 姓名 / 名称
    pub name: String,
    /// 电话
    pub phone: String,
    /// 地址 / 经营场所
    pub address: String,
    /// 委托代理人
    pub agent: String,
    /// 代理人电话
    pub agent_phone: String,
}

/// Form 9: 投诉调解书.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "paper/form9.html")]
pub struct MediationAgreement {
    /// Around.
    pub frame: Frame,
    /// Organ, number, to whom, date.
    pub head: Head,
    /// 投诉人
    pub submitter: PartyLines,
    /// 被投诉人
    pub respondent: PartyLines,
    /// 投诉内容及请求
    pub request: String,
    /// 协议
    pub terms: String,
    /// 调解人员
    pub mediators: String,
}

/// Form 10: 举报处理结果告知书.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "paper/form10.html")]
pub struct ReportResult {
    /// Around.
    pub frame: Frame,
    /// Organ, number, to whom, date.
    pub head: Head,
    /// 收到日期
    pub received: String,
    /// 事由
    pub matter: String,
    /// Law and article that order the feedback.
    pub law: &'static str,
    /// 处理结果
    pub result: String,
}
