//! Words of made-up programmes: agencies, themes, tasks, sentences of reports; of a province that does not exist.
//! Must not name a real province, person or document, so that nobody takes what is made up for the truth.
//! What is made of them is `file` (programmes) and `prose` (reports).

/// Names of provinces are one word of each; none of them is a province.
pub(super) const PLACES: [&[&str]; 2] =
    [&["Bình", "Thanh", "Phú", "Yên", "Vĩnh", "Tân", "Hòa"], &["Hải", "Sơn", "Lâm", "Châu", "Lộc", "Thịnh", "Xuyên"]];

/// A sort of agency: kind and finer sort as programme files have them, and names.
pub(super) struct Sort {
    pub kind: &'static str,
    pub subkind: Option<&'static str>,
    pub names: &'static [&'static str],
}

pub(super) const SORTS: [Sort; 6] = [
    Sort {
        kind: "department",
        subkind: Some("provincial_department"),
        names: &[
            "Sở Y tế",
            "Sở Giáo dục và Đào tạo",
            "Sở Tài chính",
            "Sở Nội vụ",
            "Sở Xây dựng",
            "Sở Công Thương",
            "Sở Khoa học và Công nghệ",
            "Sở Nông nghiệp và Môi trường",
            "Sở Văn hóa, Thể thao và Du lịch",
            "Sở Tư pháp",
            "Sở Ngoại vụ",
            "Sở Dân tộc và Tôn giáo",
            "Thanh tra tỉnh",
            "Văn phòng Ủy ban nhân dân tỉnh",
            "Ban Quản lý Khu kinh tế tỉnh",
            "Công an tỉnh",
            "Bộ Chỉ huy Quân sự tỉnh",
            "Bảo hiểm xã hội tỉnh",
            "Cục Thống kê tỉnh",
            "Cục Thuế tỉnh",
        ],
    },
    Sort {
        kind: "district",
        subkind: None,
        names: &[
            "Ủy ban nhân dân quận Đông Giang",
            "Ủy ban nhân dân quận Tây Hồ Sen",
            "Ủy ban nhân dân quận Nam Thành",
            "Ủy ban nhân dân quận Bắc Kiều",
            "Ủy ban nhân dân thị xã Hương Lộc",
            "Ủy ban nhân dân thị xã Cửa Biển",
            "Ủy ban nhân dân huyện An Khê Hạ",
            "Ủy ban nhân dân huyện Bến Đá",
            "Ủy ban nhân dân huyện Cồn Dừa",
            "Ủy ban nhân dân huyện Đồng Mít",
            "Ủy ban nhân dân huyện Gò Sim",
            "Ủy ban nhân dân huyện Hòn Khói Xanh",
            "Ủy ban nhân dân huyện Khe Ngang",
            "Ủy ban nhân dân huyện Lũng Pô",
            "Ủy ban nhân dân huyện Mỏ Chè",
            "Ủy ban nhân dân huyện Nà Pheo",
            "Ủy ban nhân dân huyện Ô Lâu Thượng",
            "Ủy ban nhân dân huyện Phước Vinh",
            "Ủy ban nhân dân huyện Quế Lâm",
            "Ủy ban nhân dân huyện Rạch Đào",
            "Ủy ban nhân dân huyện Suối Tre",
            "Ủy ban nhân dân huyện Tà Năng",
            "Ủy ban nhân dân huyện Trà Cú Đông",
            "Ủy ban nhân dân huyện U Minh Hạ",
            "Ủy ban nhân dân huyện Văn Quan Hạ",
            "Ủy ban nhân dân huyện Xuân Mai",
            "Ủy ban nhân dân huyện Ya Tờ Mốt",
            "Ủy ban nhân dân huyện đảo Hòn Mun",
            "Ủy ban nhân dân huyện Đá Bạc",
            "Ủy ban nhân dân huyện Thác Mơ",
        ],
    },
    Sort {
        kind: "centre",
        subkind: None,
        names: &[
            "Trung tâm Kiểm soát bệnh tật tỉnh",
            "Trung tâm Phục vụ hành chính công tỉnh",
            "Trung tâm Khuyến nông tỉnh",
            "Trung tâm Xúc tiến đầu tư, thương mại và du lịch",
            "Trung tâm Chuyển đổi số tỉnh",
            "Trung tâm Dịch vụ việc làm tỉnh",
            "Trung tâm Văn hóa nghệ thuật tỉnh",
            "Trung tâm Quan trắc tài nguyên và môi trường",
            "Trung tâm Nước sạch và Vệ sinh môi trường nông thôn",
            "Trung tâm Lưu trữ lịch sử tỉnh",
            "Trường Chính trị tỉnh",
            "Trường Cao đẳng Kỹ thuật công nghệ",
            "Bệnh viện Đa khoa tỉnh",
            "Bệnh viện Y học cổ truyền tỉnh",
            "Thư viện tỉnh",
            "Bảo tàng tỉnh",
            "Ban Quản lý dự án đầu tư xây dựng công trình dân dụng",
            "Ban Quản lý dự án đầu tư xây dựng công trình giao thông",
            "Vườn quốc gia Núi Ngang",
        ],
    },
    Sort {
        kind: "press", subkind: None, names: &["Báo tỉnh", "Đài Phát thanh và Truyền hình tỉnh", "Cổng thông tin điện tử tỉnh"]
    },
    Sort {
        kind: "party",
        subkind: None,
        names: &[
            "Ban Tuyên giáo và Dân vận Tỉnh ủy",
            "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
            "Hội Nông dân tỉnh",
            "Hội Liên hiệp Phụ nữ tỉnh",
            "Tỉnh đoàn Thanh niên Cộng sản Hồ Chí Minh",
            "Hội Cựu chiến binh tỉnh",
            "Liên đoàn Lao động tỉnh",
        ],
    },
    Sort {
        kind: "enterprise",
        subkind: None,
        names: &[
            "Công ty Điện lực tỉnh",
            "Công ty cổ phần Cấp nước tỉnh",
            "Công ty cổ phần Môi trường đô thị tỉnh",
            "Viễn thông tỉnh",
            "Bưu điện tỉnh",
            "Công ty cổ phần Vận tải hành khách tỉnh",
            "Công ty Khai thác công trình thủy lợi tỉnh",
            "Công ty Lâm nghiệp Núi Ngang",
            "Công ty cổ phần Cảng Cửa Biển",
            "Ngân hàng Chính sách xã hội, chi nhánh tỉnh",
            "Quỹ Đầu tư phát triển tỉnh",
            "Quỹ Bảo vệ và Phát triển rừng tỉnh",
            "Công ty cổ phần Công viên và Cây xanh tỉnh",
            "Công ty Xổ số kiến thiết tỉnh",
            "Công ty cổ phần Sách và Thiết bị trường học tỉnh",
        ],
    },
];

/// What a programme is about: its title, a short name, and what its tasks are about.
pub(super) struct Theme {
    pub title: &'static str,
    pub objects: [&'static str; 10],
}

pub(super) const THEMES: [Theme; 5] = [
    Theme {
        title: "chuyển đổi số",
        objects: [
            "chuyển đổi số trong giải quyết thủ tục hành chính",
            "dịch vụ công trực tuyến toàn trình",
            "cơ sở dữ liệu dùng chung của tỉnh",
            "an toàn thông tin mạng",
            "nền tảng số cho doanh nghiệp nhỏ và vừa",
            "kỹ năng số cho người dân",
            "thanh toán không dùng tiền mặt",
            "học bạ số và hồ sơ sức khỏe điện tử",
            "tổ công nghệ số cộng đồng",
            "số hóa hồ sơ lưu trữ",
        ],
    },
    Theme {
        title: "giảm nghèo bền vững",
        objects: [
            "sinh kế cho hộ nghèo, hộ cận nghèo",
            "nhà ở cho hộ nghèo",
            "tín dụng chính sách",
            "giáo dục nghề nghiệp cho lao động nông thôn",
            "dinh dưỡng cho trẻ em vùng khó khăn",
            "nước sạch và vệ sinh nông thôn",
            "bảo hiểm y tế cho người nghèo",
            "đường giao thông đến thôn, bản",
            "đưa lao động đi làm việc theo hợp đồng",
            "tiếp cận thông tin của hộ nghèo",
        ],
    },
    Theme {
        title: "bảo vệ môi trường",
        objects: [
            "phân loại chất thải rắn tại nguồn",
            "hạn chế chất thải nhựa",
            "xử lý nước thải sinh hoạt",
            "quan trắc chất lượng không khí",
            "trồng và bảo vệ rừng phòng hộ",
            "ứng phó với biến đổi khí hậu",
            "cải tạo kênh mương, ao hồ",
            "xử lý cơ sở gây ô nhiễm môi trường",
            "bảo tồn đa dạng sinh học",
            "sử dụng năng lượng tiết kiệm và hiệu quả",
        ],
    },
    Theme {
        title: "cải cách hành chính",
        objects: [
            "cắt giảm, đơn giản hóa thủ tục hành chính",
            "cơ chế một cửa, một cửa liên thông",
            "vị trí việc làm và tinh giản biên chế",
            "đánh giá sự hài lòng của người dân",
            "kiểm soát văn bản quy phạm pháp luật",
            "tự chủ của đơn vị sự nghiệp công lập",
            "kỷ luật, kỷ cương hành chính",
            "đối thoại với người dân và doanh nghiệp",
            "công khai, minh bạch tài chính",
            "phân cấp, ủy quyền giải quyết thủ tục",
        ],
    },
    Theme {
        title: "phát triển du lịch",
        objects: [
            "du lịch cộng đồng",
            "quảng bá, xúc tiến du lịch",
            "tôn tạo di tích lịch sử, văn hóa",
            "lễ hội truyền thống",
            "nguồn nhân lực du lịch",
            "du lịch nông nghiệp, nông thôn",
            "liên kết vùng trong phát triển du lịch",
            "sản phẩm lưu niệm và ẩm thực địa phương",
            "vệ sinh, an toàn tại khu, điểm du lịch",
            "du lịch đường thủy và biển đảo",
        ],
    },
];

/// A group of tasks: its Roman number, heading, and what its tasks begin with.
pub(super) struct Group {
    pub number: &'static str,
    pub heading: &'static str,
    pub verbs: [&'static str; 3],
}

pub(super) const GROUPS: [Group; 5] = [
    Group {
        number: "I",
        heading: "Hoàn thiện thể chế, cơ chế, chính sách",
        verbs: ["Xây dựng, ban hành kế hoạch về", "Rà soát, hoàn thiện quy định về", "Nghiên cứu, đề xuất chính sách hỗ trợ"],
    },
    Group {
        number: "II",
        heading: "Tuyên truyền, nâng cao nhận thức",
        verbs: ["Tuyên truyền, phổ biến về", "Xây dựng chuyên trang, chuyên mục về", "Tổ chức hội nghị, hội thảo về"],
    },
    Group {
        number: "III",
        heading: "Đào tạo, bồi dưỡng nguồn nhân lực",
        verbs: ["Tập huấn, bồi dưỡng cán bộ về", "Đào tạo đội ngũ nòng cốt về", "Biên soạn, cấp phát tài liệu hướng dẫn về"],
    },
    Group {
        number: "IV",
        heading: "Đầu tư cơ sở hạ tầng, trang thiết bị",
        verbs: ["Đầu tư, nâng cấp trang thiết bị phục vụ", "Thí điểm, nhân rộng mô hình", "Bố trí, huy động nguồn lực cho"],
    },
    Group {
        number: "V",
        heading: "Kiểm tra, giám sát, sơ kết, tổng kết",
        verbs: ["Kiểm tra, giám sát việc thực hiện", "Khảo sát, thống kê, đánh giá thực trạng", "Sơ kết, tổng kết, khen thưởng trong"],
    },
];

/// Where a task is carried out.
pub(super) const PLACES_OF_WORK: [&str; 10] = [
    "trên địa bàn tỉnh",
    "tại các xã, phường",
    "trong các cơ quan hành chính nhà nước",
    "trong cán bộ, công chức, viên chức",
    "ở vùng sâu, vùng xa",
    "trong các cơ sở giáo dục",
    "tại các khu công nghiệp, cụm công nghiệp",
    "trong đồng bào dân tộc thiểu số",
    "trong thanh niên, phụ nữ và nông dân",
    "tại các địa bàn trọng điểm",
];

/// How a report begins; `{ky}` is the period, `{ai}` the agency, `{viec}` the task.
pub(super) const OPENINGS: [&str; 8] = [
    "Trong {ky}, {ai} đã triển khai nhiệm vụ “{viec}” theo đúng kế hoạch được duyệt.",
    "{ai} báo cáo kết quả thực hiện nhiệm vụ “{viec}” trong {ky} như sau.",
    "Thực hiện chương trình của Ủy ban nhân dân tỉnh, trong {ky} {ai} tập trung vào nhiệm vụ “{viec}”.",
    "Nhiệm vụ “{viec}” được {ai} duy trì thường xuyên trong {ky}.",
    "Trong {ky}, nhiệm vụ “{viec}” cơ bản bám sát tiến độ đề ra.",
    "{ai} đã ban hành văn bản phân công cụ thể các phòng, đơn vị trực thuộc thực hiện nhiệm vụ “{viec}” trong {ky}.",
    "Căn cứ kế hoạch năm, {ai} đã phối hợp với các cơ quan liên quan thực hiện nhiệm vụ “{viec}” trong {ky}.",
    "Tiếp nối kết quả kỳ trước, trong {ky} {ai} tiếp tục thực hiện nhiệm vụ “{viec}”.",
];

/// What was done; `{n}` and `{m}` are counts, `{k}` is a part of the former, `{p}` a share.
pub(super) const RESULTS: [&str; 18] = [
    "Đã tổ chức {n} hội nghị, lớp tập huấn với {m} lượt người tham dự.",
    "Đã ban hành {n} văn bản chỉ đạo, hướng dẫn gửi các đơn vị trực thuộc.",
    "Kinh phí đã giải ngân {m} triệu đồng, đạt {p}% dự toán được giao.",
    "Đã đăng tải {n} tin, bài trên cổng thông tin điện tử và phát {m} lượt trên hệ thống truyền thanh cơ sở.",
    "Đã kiểm tra {n} đơn vị, kiến nghị khắc phục {k} nội dung còn tồn tại.",
    "Có {m} hộ gia đình được hưởng lợi trực tiếp, tăng {p}% so với cùng kỳ năm trước.",
    "Đã cấp phát {m} bộ tài liệu, tờ rơi đến các xã, phường.",
    "Hoàn thành khảo sát tại {n} xã, phường với {m} phiếu hợp lệ.",
    "Đã lắp đặt, đưa vào sử dụng {n} bộ trang thiết bị, phục vụ {m} lượt người dân.",
    "Tỷ lệ hồ sơ giải quyết đúng hạn đạt {p}%, trong đó có {m} hồ sơ nộp trực tuyến.",
    "Đã thành lập {n} tổ công tác, tổ chức {n} đợt ra quân tại cơ sở.",
    "Phối hợp với Mặt trận Tổ quốc và các đoàn thể vận động {m} hội viên tham gia.",
    "Đã tiếp nhận {n} ý kiến, kiến nghị của người dân và trả lời đạt {p}%.",
    "Đã xây dựng {n} mô hình điểm, bước đầu được nhân dân đồng tình hưởng ứng.",
    "Đã tham mưu Ủy ban nhân dân tỉnh ban hành {n} quyết định, kế hoạch có liên quan.",
    "Số liệu được tổng hợp từ {n} đơn vị, còn {k} đơn vị gửi chậm phải đôn đốc.",
    "Đã ký kết {n} chương trình phối hợp với các sở, ban, ngành và địa phương.",
    "Đào tạo, bồi dưỡng được {m} lượt cán bộ, công chức, viên chức.",
];

/// How a report ends.
pub(super) const ENDINGS: [&str; 8] = [
    "Khó khăn chủ yếu là kinh phí phân bổ chậm và nhân lực kiêm nhiệm.",
    "Thời gian tới tiếp tục đẩy nhanh tiến độ, phấn đấu hoàn thành trước thời hạn được giao.",
    "Đề nghị cơ quan thường trực quan tâm hướng dẫn cách thống kê chỉ tiêu để thống nhất số liệu.",
    "Không có khó khăn, vướng mắc phát sinh.",
    "Một số địa bàn đi lại khó khăn do mưa lũ nên tiến độ còn chậm.",
    "Kỳ tới tập trung kiểm tra, sơ kết và rút kinh nghiệm tại cơ sở.",
    "Kiến nghị bổ sung kinh phí từ nguồn sự nghiệp cho giai đoạn tiếp theo.",
    "Kết quả cụ thể được gửi kèm theo phụ lục.",
];

/// What is added when a report was given back.
pub(super) const ADDITIONS: [&str; 4] = [
    "Số liệu đã được rà soát, bổ sung theo ý kiến của cơ quan thường trực.",
    "Đã bổ sung nguyên nhân của phần việc chưa hoàn thành và thời hạn khắc phục.",
    "Đã điều chỉnh tỷ lệ hoàn thành cho khớp với khối lượng công việc thực tế.",
    "Đã bổ sung phụ lục danh sách các đơn vị tham gia.",
];

/// Why a report is given back.
pub(super) const RETURNS: [&str; 5] = [
    "Số liệu về lượt người tham dự chưa khớp với phụ lục, đề nghị rà soát lại.",
    "Báo cáo chưa nêu nguyên nhân của phần việc chậm tiến độ.",
    "Tỷ lệ hoàn thành chưa phù hợp với kết quả đã nêu.",
    "Đề nghị bổ sung sản phẩm đầu ra và tài liệu kiểm chứng.",
    "Nội dung trùng với báo cáo kỳ trước, đề nghị cập nhật kết quả của kỳ này.",
];

/// What was produced, and its unit.
pub(super) const PRODUCTS: [(&str, &str); 8] = [
    ("Hội nghị, hội thảo", "hội nghị"),
    ("Lớp tập huấn, bồi dưỡng", "lớp"),
    ("Văn bản chỉ đạo, hướng dẫn", "văn bản"),
    ("Tin, bài tuyên truyền", "tin, bài"),
    ("Tài liệu, tờ rơi", "bộ"),
    ("Mô hình điểm", "mô hình"),
    ("Cuộc kiểm tra, giám sát", "cuộc"),
    ("Bộ trang thiết bị", "bộ"),
];

/// Why more time is asked for.
pub(super) const DELAYS: [&str; 4] = [
    "Kinh phí được phân bổ chậm so với kế hoạch.",
    "Phải lấy ý kiến bổ sung của các bộ, ngành Trung ương.",
    "Ảnh hưởng của mưa bão kéo dài, chưa thi công được tại cơ sở.",
    "Công tác lựa chọn nhà thầu kéo dài hơn dự kiến.",
];

/// Why something is decided about a task.
pub(super) const DECISIONS: [&str; 4] = [
    "Sản phẩm chưa đáp ứng yêu cầu, đề nghị thực hiện lại.",
    "Tạm dừng để chờ văn bản hướng dẫn của Trung ương.",
    "Nội dung đã được lồng ghép vào nhiệm vụ khác.",
    "Điều chỉnh theo kế hoạch đầu tư công của năm.",
];
